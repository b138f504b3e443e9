"""`topicwright explain` has the text of docs/lint.md for each code; codes are links where a terminal has them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.diagnostics.codes import CODES
from topicwright_codegen.diagnostics.explanations import explanation, path_of_explanations
from topicwright_codegen.diagnostics.hyperlinks import has_links, with_links
from typing_extensions import override

from tests.paths import ROOT


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_the_texts_are_those_of_the_documentation() -> None:
    """To update: make sdk."""
    file = path_of_explanations()
    assert file is not None
    assert file.read_text("utf-8") == (ROOT / "docs" / "lint.md").read_text("utf-8")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_title_and_a_text_without_markup(code: str) -> None:
    text = explanation(code)
    head, _, body = text.partition("\n\n")
    assert head.startswith(f"{code}: {CODES[code].title} (")
    assert body.strip()
    assert "](" not in body
    assert "\n#" not in body


def test_codes_are_taken_in_any_case_and_without_letters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "tw217", "101"]) == 0
    out = capsys.readouterr().out
    assert "TW217: A binding that is not used" in out
    assert "\n\nTW101: The file is not YAML or JSON" in out


@pytest.mark.parametrize(("code", "near"), [("TW216x", "did you mean TW216?"), ("299", "TW301"), ("help", "TW101")])
def test_an_unknown_code_is_an_error_with_codes_that_are_near(
    capsys: pytest.CaptureFixture[str], code: str, near: str
) -> None:
    assert main(["explain", code]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"topicwright: there is no code {code!r}: ")
    assert near in error


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4600"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"TERM": "dumb", "WT_SESSION": "1"}, False),
        ({"WT_SESSION": "1", "FORCE_HYPERLINK": "0"}, False),
    ],
    ids=str,
)
def test_only_terminals_that_have_links_get_them(environment: dict[str, str], expected: bool) -> None:
    assert has_links(Terminal(), environment) is expected
    assert has_links(io.StringIO(), {key: value for key, value in environment.items() if key[:5] != "FORCE"}) is False


def test_a_link_is_around_the_code_of_a_line_alone() -> None:
    line = "a.yaml:1:2: TW217 warning: 'TW101 x' is not used\n"
    text = with_links(line)
    uri = Path(str(path_of_explanations())).resolve().as_uri()
    assert text == line.replace("TW217", f"\x1b]8;;{uri}\x1b\\TW217\x1b]8;;\x1b\\")
    assert with_links("") == ""
