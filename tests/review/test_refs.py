"""Versions in git: refs, their own settings, files beside the named paths, and windows of releases."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

from tests.review.support.catalogs import one_topic

OLD = one_topic("{$ref: '../shared/state.yaml'}")
STATE = "type: object\ntitle: State\nproperties: {k: {type: integer}}\n"
SETTINGS = '[tool.topicwright]\nsources = ["schema"]\nroot = "."\n'


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def _commit(folder: Path, tag: str) -> None:
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", tag)
    _git(folder, "tag", tag)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    folder = tmp_path / "repository"
    (folder / "schema").mkdir(parents=True)
    (folder / "shared").mkdir()
    (folder / "schema" / "home.yaml").write_text(OLD)
    (folder / "shared" / "state.yaml").write_text(STATE)
    (folder / "pyproject.toml").write_text(SETTINGS)
    _git(folder, "init", "-q")
    _commit(folder, "v1.0.0")
    monkeypatch.chdir(folder)
    return folder


def _report(capsys, *arguments: str):
    main(["diff", *arguments, "--format", "json"])
    captured = capsys.readouterr()
    assert captured.out, captured.err
    return json.loads(captured.out)


def _rules(report) -> list[str]:
    return [found["rule"] for found in report["findings"]]


def test_a_file_outside_the_sources_is_that_of_the_ref(repository, capsys):
    (repository / "shared" / "state.yaml").write_text(STATE.replace("integer", "number"))
    report = _report(capsys, "--against", "HEAD")
    assert _rules(report) == ["type-widened"]
    assert report["findings"][0]["file"] == "shared/state.yaml"


def test_a_mapped_url_is_that_of_the_ref(repository, capsys):
    (repository / "pyproject.toml").write_text(SETTINGS + '[tool.topicwright.map]\n"https://e.org/" = "shared"\n')
    (repository / "schema" / "home.yaml").write_text(OLD.replace("../shared/", "https://e.org/"))
    _commit(repository, "v1.1.0")
    (repository / "shared" / "state.yaml").write_text(STATE.replace("integer", "number"))
    assert _rules(_report(capsys, "--against", "HEAD")) == ["type-widened"]


def test_the_settings_of_each_version_count(repository, capsys):
    (repository / "pyproject.toml").write_text(SETTINGS + 'unknown_fields = "keep"\n')
    assert _rules(_report(capsys, "--against", "HEAD")) == ["fields-opened"]


def test_sources_that_have_moved_are_found_by_the_settings_of_the_ref(repository, capsys):
    (repository / "schema").rename(repository / "catalog")
    (repository / "pyproject.toml").write_text(SETTINGS.replace('"schema"', '"catalog"'))
    assert _report(capsys, "--against", "HEAD")["severity"] == "safe"


def test_a_ref_without_settings_is_read_with_those_of_today(repository, capsys):
    _git(repository, "rm", "-q", "--cached", "pyproject.toml")
    _git(repository, "commit", "-q", "-m", "none")
    assert _report(capsys, "--against", "HEAD")["severity"] == "safe"


def test_a_fingerprint_survives_commits_lines_and_moved_files(repository, capsys):
    changed = STATE.replace("integer", "number")
    (repository / "shared" / "state.yaml").write_text(changed)
    first = _report(capsys, "--against", "v1.0.0")["findings"]
    _commit(repository, "other")
    (repository / "schema" / "home.yaml").write_text("# a line\n" + OLD.replace("shared/state", "shared/deep/state"))
    (repository / "shared" / "deep").mkdir()
    (repository / "shared" / "deep" / "state.yaml").write_text("# more\n\n" + changed)
    (repository / "shared" / "state.yaml").unlink()
    second = _report(capsys, "--against", "v1.0.0")["findings"]
    assert [found["fingerprint"] for found in first] == [found["fingerprint"] for found in second]
    assert first[0]["line"] != second[0]["line"]


def test_a_removed_part_is_shown_at_the_ref(repository, capsys):
    text = OLD.replace("home/state", "home/other").replace("home.state", "home.other").replace("  state:", "  other:")
    (repository / "schema" / "home.yaml").write_text(text.replace("channels/state", "channels/other"))
    removed = [found for found in _report(capsys, "--against", "HEAD")["findings"] if found["rule"] == "topic-removed"]
    assert removed[0]["file"] == "HEAD:schema/home.yaml"
    main(["diff", "--against", "HEAD", "--format", "github"])
    assert "file=schema/home.yaml," in capsys.readouterr().out


def test_a_window_takes_the_worst_of_the_last_releases_and_names_them(repository, capsys):
    kinds = {"v1.1.0": "number", "v1.2.0": "number", "v2.0.0-rc.1": "boolean"}
    for tag, kind in kinds.items():
        (repository / "shared" / "state.yaml").write_text(STATE.replace("integer", kind))
        (repository / "note.txt").write_text(tag)
        _commit(repository, tag)
    (repository / "shared" / "state.yaml").write_text(STATE.replace("integer", "number"))
    assert _report(capsys, "--window", "2")["severity"] == "safe"
    report = _report(capsys, "--window", "3")
    assert report["severity"] == "breaking"
    assert "(against v1.0.0)" in report["findings"][0]["message"]


def test_a_window_without_releases_is_reported(repository, capsys):
    assert main(["diff", "--window", "2", "--tags", "release-*"]) == 2
    assert "no tag of a release matches 'release-*'" in capsys.readouterr().err


def test_broken_yaml_of_the_ref_is_a_finding_and_of_today_an_error(repository, capsys):
    (repository / "shared" / "state.yaml").write_text(STATE + "\t: x\n")
    assert main(["diff", "--against", "HEAD"]) == 1
    assert capsys.readouterr().out.startswith("shared/state.yaml:4:")
    _commit(repository, "broken")
    (repository / "shared" / "state.yaml").write_text(STATE)
    (found,) = _report(capsys, "--against", "HEAD")["findings"]
    assert found["rule"] == "before-broken"
    assert "HEAD:shared/state.yaml:4:" in found["message"]


def test_a_catalog_that_the_ref_does_not_have_is_new(repository, capsys):
    new = one_topic("{type: object, title: T, properties: {a: {type: string}}}").replace("home/state", "home/new")
    (repository / "other.yaml").write_text(new)
    report = _report(capsys, "--against", "HEAD", "other.yaml")
    assert "topic-added" in _rules(report)
    assert report["severity"] in ("safe", "docs", "source")


@pytest.mark.parametrize("suffix", ["avsc", "jsonschema", "schema", ""])
def test_what_a_file_of_the_ref_refers_to_may_have_any_suffix(repository, capsys, suffix):
    name = f"state.{suffix}".rstrip(".")
    (repository / "shared" / name).write_text('{"type": "object", "title": "State", "$ref": "./inner.json5"}')
    (repository / "shared" / "inner.json5").write_text('{"properties": {"k": {"type": "integer"}}}')
    (repository / "schema" / "home.yaml").write_text(OLD.replace("state.yaml", name))
    _commit(repository, "v1.2.0")
    (repository / "schema" / "home.yaml").write_text(OLD.replace("state.yaml", name) + "# a comment\n")
    assert _report(capsys, "--against", "HEAD")["severity"] == "safe"


def test_a_branch_that_has_gone_on_is_compared_where_both_parted(repository, capsys):
    _git(repository, "branch", "other")
    _git(repository, "checkout", "-q", "other")
    (repository / "shared" / "state.yaml").write_text(STATE.replace("integer", "string"))
    _commit(repository, "gone-on")
    _git(repository, "checkout", "-q", "-")
    assert _report(capsys, "--against", "other")["severity"] == "safe"
    assert _report(capsys, "--against", "other...HEAD")["severity"] == "safe"


def test_a_partial_clone_gets_the_files_that_it_lacks(repository, tmp_path, monkeypatch, capsys):
    _git(repository, "config", "uploadpack.allowFilter", "true")
    _git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    (repository / "shared" / "state.yaml").write_text(STATE.replace("integer", "string"))
    _commit(repository, "v1.3.0")
    _git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{repository}", "partial")
    monkeypatch.chdir(tmp_path / "partial")
    assert _report(capsys, "--against", "HEAD~1")["severity"] == "breaking"


def test_a_file_that_a_partial_clone_lacks_is_named(repository, capsys):
    sha = subprocess.run(
        ["git", "rev-parse", "HEAD:shared/state.yaml"], cwd=repository, check=True, capture_output=True, text=True
    ).stdout.strip()
    (repository / ".git" / "objects" / sha[:2] / sha[2:]).unlink()
    assert main(["diff", "--against", "HEAD"]) == 2
    assert "shared/state.yaml" in capsys.readouterr().err


def test_wrong_settings_of_a_ref_are_reported_with_the_ref(repository, capsys):
    (repository / "pyproject.toml").write_text(SETTINGS + 'nonsense = "x"\n')
    _commit(repository, "v1.0.1")
    (repository / "pyproject.toml").write_text(SETTINGS)
    assert main(["diff", "--against", "HEAD"]) == 2
    assert "HEAD:pyproject.toml: [tool.topicwright] has no setting 'nonsense'" in capsys.readouterr().err
