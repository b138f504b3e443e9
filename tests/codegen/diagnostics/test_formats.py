"""Findings in every format: text, JSON, GitHub annotations, SARIF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

CATALOG = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels:\n  a: {address: /a, adress: 'x,y: 100%'}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cat,alog.yaml").write_text(CATALOG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def generate(style: str) -> int:
    return main(["generate", "--source", "cat,alog.yaml", "--package", "sdk", "--output", "out", "--format", style])


def test_text_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("text") == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out == "cat,alog.yaml:4:20: TW202 unknown field 'adress' in a channel (did you mean 'address'?)\n"


def test_json_is_a_list_of_diagnostics_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("json") == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out) == [
        {
            "code": "TW202",
            "severity": "error",
            "message": "unknown field 'adress' in a channel",
            "hint": "did you mean 'address'?",
            "path": "cat,alog.yaml",
            "line": 4,
            "column": 20,
            "related": [],
        }
    ]


def test_github_annotations_escape_what_would_end_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("github") == 1
    out, _ = capsys.readouterr()
    assert out == (
        "::error file=cat%2Calog.yaml,line=4,col=20,title=TW202::"
        "unknown field 'adress' in a channel (did you mean 'address'?)\n"
    )


def test_sarif_has_rule_level_and_region(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("sarif") == 1
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [{"id": "TW202"}]
    assert (result["ruleId"], result["level"]) == ("TW202", "error")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "cat,alog.yaml"},
        "region": {"startLine": 4, "startColumn": 20},
    }


def test_no_diagnostics_are_an_empty_list_and_the_summary_is_on_standard_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "cat,alog.yaml").write_text(CATALOG.replace(", adress: 'x,y: 100%'", ""), encoding="utf-8")
    assert generate("json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == []
    assert "files changed" in err
