"""Every row of the list of faults has a test with its number, here or among the runtime's own: ``-k test_row``."""

from __future__ import annotations

import re

from tests.paths import TESTS

ROWS = range(1, 47)
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
