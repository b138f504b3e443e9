"""Every code of a diagnostic is in the table, with one title and one severity, and docs/lint.md explains it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from topicwright_codegen.diagnostics.codes import CODES

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "codegen" / "src" / "topicwright_codegen"
CODE = re.compile(r"TW\d+\Z")
SEVERITIES = {"error": "error", "ReadError": "error", "warning": "warning", "warn": "warning"}
"""The severity of what a function reports, by its name without underscores."""


def nodes() -> Iterator[ast.AST]:
    for path in SOURCES.rglob("*.py"):
        if path.name != "codes.py":
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def code_in(node: ast.AST) -> str | None:
    is_code = isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value)
    return str(node.value) if isinstance(node, ast.Constant) and is_code else None


def severities() -> Iterator[tuple[str, str]]:
    for node in nodes():
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            severity = SEVERITIES.get(name.strip("_"))
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                code = code_in(argument)
                if code and severity:
                    yield code, severity


def test_the_source_has_exactly_the_codes_of_the_table() -> None:
    assert {code for node in nodes() if (code := code_in(node))} == set(CODES)


def test_a_code_with_a_fixed_severity_is_never_reported_with_the_other() -> None:
    found = set(severities())
    assert len(found) > 80
    wrong = {(code, severity) for code, severity in found if CODES[code].severity not in (severity, None)}
    assert not wrong


def test_each_title_is_that_of_one_code() -> None:
    assert len({meaning.title for meaning in CODES.values()}) == len(CODES)


def test_the_documentation_has_the_codes_and_titles_of_the_table_in_its_order() -> None:
    text = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert headings == [f"{code}: {meaning.title}" for code, meaning in CODES.items()]
    assert list(CODES) == sorted(CODES)
