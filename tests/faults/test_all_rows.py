"""Every row of the list of faults has a test with its number, here or among the runtime's own: ``-k test_row``."""

from __future__ import annotations

import re

from tests.paths import ROOT, TESTS

ROWS = range(1, 57)
FOLDERS = ("faults", "runtime")


def numbers() -> set[int]:
    files = (path for folder in FOLDERS for path in (TESTS / folder).rglob("test_*.py"))
    names = re.compile(r"^(?:async )?def test_row_((?:\d\d_)+)", re.MULTILINE)
    return {
        int(number)
        for path in files
        for found in names.findall(path.read_text("utf-8"))
        for number in found.split("_")
        if number
    }


def test_every_row_has_a_test():
    assert not set(ROWS) - numbers()


PAGE = ROOT / "docs" / "reliability.md"


def test_the_page_has_every_row():
    listed = [
        int(number) for number in re.findall(r"^\| (\d+) \|", PAGE.read_text("utf-8").split("## A broker")[0], re.M)
    ]
    assert listed == list(ROWS)


def test_every_test_that_the_page_names_is_there():
    files = (path for folder in FOLDERS for path in (TESTS / folder).rglob("test_*.py"))
    present = {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))}
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    assert named
    assert named - present == set()
