"""The figures in docs/migration.md are what the script counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_migration_guide_shows_what_is_counted_and_it_is_80_percent_less() -> None:
    script = ROOT / "examples" / "tars" / "count_mqtt_lines.py"
    table = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout.strip()
    assert table in (ROOT / "docs" / "migration.md").read_text("utf-8")
    _, _, before, after, change, _ = (cell.strip() for cell in table.splitlines()[-1].split("|"))
    assert int(after) <= 0.2 * int(before), change
