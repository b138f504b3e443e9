"""A review of a catalog that is the same on both sides: nothing is compiled, and nothing that differs is missed."""

from __future__ import annotations

import json
import subprocess

import pytest
from topicwright_codegen.cli import main

from tests.review.support.catalogs import one_topic

OLD = one_topic("{$ref: 'parts/state.yaml'}")
STATE = "{type: object, title: State, properties: {k: {type: integer}}}\n"
GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a git repository with a catalog whose payload is in another file."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "state.yaml").write_text(STATE)
    (tmp_path / "home.yaml").write_text(OLD)
    (tmp_path / "pyproject.toml").write_text('[tool.topicwright]\nsources = ["home.yaml"]\n')
    monkeypatch.chdir(tmp_path)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "base"]):
        subprocess.run([*GIT, *arguments], check=True)
    return tmp_path


def severity(capsys) -> str:
    main(["diff", "--against", "HEAD", "--format", "json"])
    return json.loads(capsys.readouterr().out)["severity"]


@pytest.fixture
def compiled(monkeypatch):
    """Give the sides that a command compiles, as it compiles them."""
    import topicwright_codegen.review.compare as module

    sides, side_of = [], module.side_of
    monkeypatch.setattr(module, "side_of", lambda *arguments: sides.append(arguments) or side_of(*arguments))
    return sides


def test_the_same_files_are_safe_and_nothing_is_compiled(project, capsys, compiled):
    assert severity(capsys) == "safe"
    assert not compiled
    main(["diff", "home.yaml", "home.yaml", "--format", "text"])
    assert "0 findings" in capsys.readouterr().out
    assert not compiled


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        ("parts/state.yaml", STATE.replace("integer", "number"), "breaking"),
        ("home.yaml", OLD + "# only a comment\n", "safe"),
        ("pyproject.toml", '[tool.topicwright]\nsources = ["home.yaml"]\nunknown_fields = "keep"\n', "strict"),
    ],
)
def test_any_file_that_differs_is_compared(project, capsys, compiled, file, text, wanted):
    (project / file).write_text(text)
    assert severity(capsys) == wanted
    assert len(compiled) == 2


def test_a_file_that_is_new_in_a_folder_of_sources_is_compared(project, capsys, compiled):
    (project / "pyproject.toml").write_text('[tool.topicwright]\nsources = ["."]\n')
    subprocess.run([*GIT, "commit", "-q", "-a", "-m", "a folder"], check=True)
    assert severity(capsys) == "safe"
    assert not compiled
    (project / "more.yaml").write_text(one_topic(STATE.strip()).replace("home/state", "home/more"))
    severity(capsys)
    assert len(compiled) == 2


def test_a_reference_that_only_one_version_can_follow_is_no_equal_catalog(project, capsys):
    (project / "parts" / "state.yaml").unlink()
    subprocess.run([*GIT, "commit", "-q", "-a", "-m", "broken"], check=True)
    (project / "parts").mkdir(exist_ok=True)
    (project / "parts" / "state.yaml").write_text(STATE)
    main(["diff", "--against", "HEAD", "--format", "json"])
    rules = [one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]]
    assert rules == ["before-broken"]


def test_equal_files_that_refer_to_different_ones_are_compared(tmp_path, capsys):
    for folder, kind in (("old", "integer"), ("new", "number")):
        (tmp_path / folder / "parts").mkdir(parents=True)
        (tmp_path / folder / "home.yaml").write_text(OLD)
        (tmp_path / folder / "parts" / "state.yaml").write_text(STATE.replace("integer", kind))
    files = [str(tmp_path / folder / "home.yaml") for folder in ("old", "new")]
    assert main(["diff", *files]) == 1
    assert "integer became number" in capsys.readouterr().out
