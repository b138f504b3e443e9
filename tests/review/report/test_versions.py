"""The next version of the SDK, and its changelog."""

from __future__ import annotations

import json

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.review.report.next_version import version_after

from tests.review.support.catalogs import one_topic

OLD = one_topic("{type: object, title: State, properties: {k: {type: integer}}}")
NEW = OLD.replace("{type: integer}", "{type: number}")


@pytest.mark.parametrize(
    ("version", "step", "expected"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "none", "1.2.3"),
        ("0.2.3", "major", "0.3.0"),
        ("0.2.3", "minor", "0.2.4"),
    ],
)
def test_steps_follow_semantic_versioning(version, step, expected):
    assert version_after(version, step) == expected


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "before.yaml").write_text(OLD)
    (tmp_path / "after.yaml").write_text(NEW)
    (tmp_path / "sdk").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.topicwright]\nsources = ["after.yaml"]\noutput = "sdk/src"\n')
    (tmp_path / "sdk" / "pyproject.toml").write_text('[project]\nname = "home"\nversion = "1.4.2"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_next_version_is_suggested(project, capsys):
    main(["diff", "before.yaml", "after.yaml", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["version"] == {"bump": "major", "from": "1.4.2", "to": "2.0.0"}


def test_write_adds_one_entry_however_often_it_runs(project):
    changelog = project / "sdk" / "CHANGELOG.md"
    changelog.write_text("# Changes\n\nWhat was.\n\n## 1.4.2\n\n- older\n")
    command = ["diff", "before.yaml", "after.yaml", "--write"]
    main(command)
    first = changelog.read_text()
    main(command)
    assert changelog.read_text() == first
    assert first.count("## 2.0.0") == 1
    assert first.index("What was.") < first.index("## 2.0.0") < first.index("## 1.4.2")
    assert "`home.state`: payload.k: integer became number" in first


def test_write_starts_a_changelog(project):
    main(["diff", "before.yaml", "after.yaml", "--write"])
    assert (project / "sdk" / "CHANGELOG.md").read_text().startswith("# Changelog")


def test_write_without_an_sdk_is_reported(project, capsys):
    (project / "sdk" / "pyproject.toml").unlink()
    assert main(["diff", "before.yaml", "after.yaml", "--write"]) == 2
    assert "--write needs the SDK's folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "told"),
    [("0.1.0", "0.1.0 → 0.2.0 (major, one step less before 1.0.0)"), ("1.4.2", "1.4.2 → 2.0.0 (major)")],
)
def test_the_suggestion_explains_the_smaller_step_before_the_first_release(project, capsys, version, told):
    (project / "sdk" / "pyproject.toml").write_text(f'[project]\nname = "home"\nversion = "{version}"\n')
    main(["diff", "before.yaml", "after.yaml"])
    assert f"next version of the SDK: {told}\n" in capsys.readouterr().out
