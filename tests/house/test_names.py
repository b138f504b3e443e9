"""Names of tests are short promises; no test hides another one of its module."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.paths import GOLDEN, TESTS

LONGEST = 80
NUMBERED = re.compile(r"requirement_\d")
MODULES = [path for path in sorted(TESTS.rglob("*.py")) if not path.is_relative_to(GOLDEN)]


def names(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, str]]:
    """Yield the owner (a class, or nothing) and the name of each test."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from names(node.body, node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield owner, node.name


def read_tests(path: Path) -> list[tuple[str, str]]:
    return list(names(ast.parse(path.read_text(encoding="utf-8")).body))


def test_no_name_is_longer_than_80_characters() -> None:
    long = {f"{path.name}: {name}" for path in MODULES for _, name in read_tests(path) if len(name) > LONGEST}
    assert not long


def test_no_name_numbers_a_requirement() -> None:
    numbered = {f"{path.name}: {name}" for path in MODULES for _, name in read_tests(path) if NUMBERED.search(name)}
    assert not numbered


def test_no_test_shadows_another_of_its_module() -> None:
    for path in MODULES:
        assert not [name for name, count in Counter(read_tests(path)).items() if count > 1], path


def test_the_tests_of_this_repository_are_read() -> None:
    assert sum(len(read_tests(path)) for path in MODULES) > 500
