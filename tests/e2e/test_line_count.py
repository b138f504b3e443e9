"""The figures in docs/migration.md equal the counts of the script."""

from __future__ import annotations

import csv
import re
import subprocess
import sys

import pytest

from tests.paths import ROOT, SHARED

FACTS = SHARED / "facts" / "services.tsv"


def test_the_migration_guide_shows_what_is_counted_and_it_is_80_percent_less() -> None:
    script = ROOT / "examples" / "tars" / "count_mqtt_lines.py"
    table = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout.strip()
    assert table in (ROOT / "docs" / "migration.md").read_text("utf-8")
    _, _, before, after, change, _ = (cell.strip() for cell in table.splitlines()[-1].split("|"))
    assert int(after) <= 0.2 * int(before), change


@pytest.mark.skipif(not FACTS.is_file(), reason="the counts of the reference system are not beside the project")
def test_the_lines_before_are_those_of_the_reference_system() -> None:
    with FACTS.open(encoding="utf-8", newline="") as file:
        facts = {row["service"]: row["mqtt_loc_before"] for row in csv.DictReader(file, delimiter="\t")}
    rows = re.findall(r"^\| ([\w-]+) \| (\d+) \|", (ROOT / "docs" / "migration.md").read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 5
    assert {name: facts[name] for name, _ in rows} == dict(rows)
