"""``.topicwright/approvals.yaml``: an approved finding does not fail, and stale entries are reported."""

from __future__ import annotations

import json

import pytest
from topicwright_codegen.cli import main

from tests.review.support.catalogs import one_topic

OLD = one_topic("{type: object, title: State, properties: {k: {type: integer}}}")
NEW = OLD.replace("{type: integer}", "{type: number}")
DAY = ("--today", "2027-01-15")


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "before.yaml").write_text(OLD)
    (tmp_path / "after.yaml").write_text(NEW)
    (tmp_path / ".topicwright").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _diff(*more: str) -> int:
    return main(["diff", "before.yaml", "after.yaml", "--format", "json", *DAY, *more])


def _fingerprint(capsys) -> str:
    _diff()
    return json.loads(capsys.readouterr().out)["findings"][0]["fingerprint"]


def _approve(project, fingerprint: str, expiry: str = "2027-01-31") -> None:
    text = f"- fingerprint: '{fingerprint}'\n  reason: agreed in the meeting\n  owner: ann\n  expiry: {expiry}\n"
    (project / ".topicwright" / "approvals.yaml").write_text(text)


def test_an_approved_finding_does_not_fail_and_is_shown(project, capsys):
    _approve(project, _fingerprint(capsys))
    assert _diff() == 0
    report = json.loads(capsys.readouterr().out)
    assert report["severity"] == "breaking"
    expected = {"owner": "ann", "reason": "agreed in the meeting", "expiry": "2027-01-31"}
    assert report["findings"][0]["approved"] == expected
    for format_ in ("text", "markdown", "github", "html"):
        assert main(["diff", "before.yaml", "after.yaml", "--format", format_, *DAY]) == 0
        assert "approved" in capsys.readouterr().out


@pytest.mark.parametrize(("expiry", "status"), [("2027-01-15", 0), ("2027-01-14", 1)])
def test_an_approval_counts_to_the_end_of_its_last_day(project, capsys, expiry, status):
    _approve(project, _fingerprint(capsys), expiry)
    assert _diff() == status
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert bool(notes) == bool(status)
    assert all("expired on 2027-01-14" in note for note in notes)


def test_a_stale_approval_is_reported_with_its_line(project, capsys):
    _approve(project, "0123456789abcdef")
    assert _diff() == 1
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert ".topicwright/approvals.yaml:1:" in note
    assert "stale approval of 0123456789abcdef" in note


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "- fingerprint: '0123456789abcdef'\n  reason: x\n  owner: y\n",
            "approvals.yaml:1:3: TW271 an approval needs expiry",
        ),
        ("- {fingerprint: nonsense, reason: x, owner: y, expiry: 2027-01-01}\n", "'nonsense' is no fingerprint"),
        (
            "- fingerprint: '0123456789abcdef'\n  reason: x\n  owner: y\n  expiry: soon\n",
            "approvals.yaml:4:3: TW271 'soon' is no date",
        ),
        (
            "- {fingerprint: '0123456789abcdef', reason: x, owner: y, expiry: 2027-01-01, extra: 1}",
            "unknown field 'extra'",
        ),
        ("what: ever\n", "approvals are a list"),
        ("- a: [\n", "approvals.yaml:2:"),
    ],
)
def test_a_bad_file_is_a_diagnostic_with_its_line(project, capsys, text, told):
    (project / ".topicwright" / "approvals.yaml").write_text(text)
    assert _diff() == 1
    assert told in capsys.readouterr().err


def test_a_named_file_that_is_missing_is_reported(project, capsys):
    assert _diff("--approvals", "nowhere.yaml") == 2
    assert "nowhere.yaml does not exist" in capsys.readouterr().err
