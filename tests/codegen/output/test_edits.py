"""An edit of one event changes the lines of that event and the index, and nothing else."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.project.config import Config

from tests.bench.codegen import catalogs

EVENTS, FILES = 50, 5
INDEX = {"TOPICS.md", "topicwright.json"}
EDITS = {
    "add a field": ("        active:\n", "        extra:\n          type: string\n        active:\n"),
    "remove a field": ("        ratio:\n          type: number\n          description: Part of the whole.\n", ""),
    "change a type": ("        level:\n          type: integer\n", "        level:\n          type: number\n"),
    "change an inline enum": ("enum: [idle, busy, ", "enum: [idle, busy, away, "),
    "change a description": ("          description: What people call it.\n", "          description: Its name.\n"),
    "rename a field": ("        label:\n", "        nickname:\n"),
}
LINES = {
    "add a field": 1,
    "remove a field": 2,
    "change a type": 2,
    "change an inline enum": 2,
    "change a description": 2,
    "rename a field": 2,
}
"""How many lines go and come in ``models.py``: a line that changes goes and comes."""
DEFINITION = re.compile(r"(?:class |async def |def )?(\w+)")


def files(folder: Path) -> Mapping[str, str]:
    return compile_catalog(Config((folder / "catalog",), "sdk", folder / "out")).package.files


def changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield each line that goes or comes, with what it is part of: the class, method or constant above it."""
    for old, new, sign in ((before, after, "+"), (after, before, "-")):
        block = ""
        lines = difflib.ndiff(old.splitlines(), new.splitlines())
        for line in (line for line in lines if line[0] in " +"):
            text = line[2:]
            if text and (not text.startswith((" ", '"', ")")) or re.match(r" {4}(async )?def ", text)):
                found = DEFINITION.match(text.strip())
                block = found[1] if found else block
            if line[0] == "+":
                yield block, sign + text


def check(folder: Path, before: Mapping[str, str], number: int, edit: str) -> None:
    path = folder / "catalog" / f"area{number // (EVENTS // FILES):03}.yaml"
    original = path.read_text("utf-8")
    at = original.index(f"    Svc{number:04}Event:\n      type: object")
    old, new = EDITS[edit]
    path.write_text(original[:at] + original[at:].replace(old, new, 1), encoding="utf-8")
    try:
        after = files(folder)
    finally:
        path.write_text(original, encoding="utf-8")
    assert after.keys() == before.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed - INDEX == {f"area{number // (EVENTS // FILES):03}/models.py"}
    for name in changed - INDEX:
        lines = list(changes(before[name], after[name]))
        assert {block for block, _ in lines} == {f"Svc{number:04}Event"}
        assert len(lines) == LINES[edit]
    for name in changed & INDEX:
        assert len(list(changes(before[name], after[name]))) == 2


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    folder = tmp_path_factory.mktemp("edits")
    catalogs.many_files(folder / "catalog", EVENTS, FILES)
    return folder, files(folder)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_the_lines_of_its_event(catalog: tuple[Path, Mapping[str, str]], edit: str) -> None:
    for number in (0, EVENTS // 2, EVENTS - 1):
        check(*catalog, number, edit)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_any_event_changes_the_lines_of_its_event(
    catalog: tuple[Path, Mapping[str, str]], edit: str
) -> None:
    for number in range(EVENTS):
        check(*catalog, number, edit)


def test_a_new_event_adds_its_lines_and_those_of_the_index(catalog: tuple[Path, Mapping[str, str]]) -> None:
    folder, before = catalog
    path = folder / "catalog" / "area004.yaml"
    original = path.read_text("utf-8")
    text = original.replace("components:\n", f"{catalogs.channel(EVENTS, 1)}components:\n") + catalogs.schema(EVENTS)
    path.write_text(text, encoding="utf-8")
    try:
        after = files(folder)
    finally:
        path.write_text(original, encoding="utf-8")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == INDEX | {f"area004/{name}.py" for name in ("__init__", "models", "topics")}
    for name in changed - {"topicwright.json"}:
        gone = [line for _, line in changes(before[name], after[name]) if line.startswith("-") and line.strip("-")]
        assert gone == []
