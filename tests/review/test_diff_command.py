"""The command as people and CI run it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

from tests.paths import ROOT
from tests.review.support.catalogs import one_topic

SCHEMA = ROOT / "schema"
OLD = one_topic("{type: object, title: State, properties: {k: {type: integer}}}")
NEW = one_topic("{type: object, title: State, properties: {k: {type: number}}}")


@pytest.fixture
def files(tmp_path):
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(OLD)
    after.write_text(NEW)
    return str(before), str(after)


def test_json_has_what_a_reviewer_needs(files, capsys):
    assert main(["diff", *files, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["severity"] == "breaking"
    (found,) = report["findings"]
    assert found["rule"] == "type-widened"
    assert (found["old_consumer"], found["new_consumer"], found["source_api"]) == ("reject", "ok", "read")
    assert found["path"] == "/channels/state/messages/state/payload/properties/k"
    assert found["file"].endswith("after.yaml")
    assert NEW.splitlines()[found["line"] - 1].strip().startswith("payload")
    assert (found["topic"], found["event"]) == ("home/state", "home.state")
    assert found["services"] == {"publish": ["Home"], "consume": []}
    assert found["witness"]["message"] == {"k": 0.5}
    assert found["witness"]["tolerant_reader"].startswith("refused")
    assert found["advice"]
    assert found["message"]
    assert len(found["fingerprint"]) == 16


def test_a_fingerprint_stays_the_same_in_another_place(files, tmp_path, capsys):
    main(["diff", *files, "--format", "json"])
    first = json.loads(capsys.readouterr().out)
    moved = tmp_path / "moved.yaml"
    moved.write_text("# a line more\n" + NEW)
    main(["diff", files[0], str(moved), "--format", "json"])
    second = json.loads(capsys.readouterr().out)
    assert first["findings"][0]["fingerprint"] == second["findings"][0]["fingerprint"]
    assert first["findings"][0]["line"] != second["findings"][0]["line"]


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_people_see_rule_place_and_witness(files, capsys, format_):
    assert main(["diff", *files, "--format", format_]) == 1
    text = capsys.readouterr().out
    assert "type-widened" in text
    assert "after.yaml:" in text
    assert '"k": 0.5' in text


def test_the_status_depends_on_fail_on(tmp_path, capsys):
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(OLD)
    after.write_text(OLD.replace("{k: {type: integer}}", "{k: {type: integer}, l: {type: string}}"))
    command = ["diff", str(before), str(after)]
    assert main(command) == 0
    assert main([*command, "--fail-on", "strict"]) == 1
    assert main([*command, "--fail-on", "breaking"]) == 0


def test_no_change_is_safe_whatever_the_threshold(files, capsys):
    assert main(["diff", files[0], files[0], "--fail-on", "safe"]) == 0
    assert "severity: safe" in capsys.readouterr().out


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    (folder / "schema").mkdir(parents=True)
    (folder / "schema" / "home.yaml").write_text(OLD)
    _git(folder, "init", "-q")
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", "one")
    return folder


def test_against_a_git_ref(repository, capsys):
    (repository / "schema" / "home.yaml").write_text(NEW)
    assert main(["diff", "--against", "HEAD", str(repository / "schema"), "--format", "json"]) == 1
    assert [found["rule"] for found in json.loads(capsys.readouterr().out)["findings"]] == ["type-widened"]


def test_an_unknown_ref_is_reported(repository, capsys):
    assert main(["diff", "--against", "nothing", str(repository / "schema")]) == 2
    assert "unknown git ref 'nothing'" in capsys.readouterr().err


def test_a_shallow_clone_gets_a_hint(repository, tmp_path, capsys):
    (repository / "more.txt").write_text("x")
    _git(repository, "add", ".")
    _git(repository, "commit", "-q", "-m", "two")
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", str(clone))
    assert main(["diff", "--against", "HEAD~1", str(clone / "schema")]) == 2
    assert "git fetch --unshallow" in capsys.readouterr().err
    assert main(["diff", "--against", "v0", str(clone / "schema")]) == 2
    assert "git fetch --depth=1 origin v0" in capsys.readouterr().err


def test_broken_yaml_of_a_ref_names_the_ref_and_the_place(repository, capsys):
    (repository / "schema" / "home.yaml").write_text(OLD + "\t: broken")
    _git(repository, "commit", "-q", "-a", "-m", "broken")
    (repository / "schema" / "home.yaml").write_text(NEW)
    assert main(["diff", "--against", "HEAD", str(repository / "schema")]) == 0
    assert "HEAD:schema/home.yaml:" in capsys.readouterr().out


def test_the_real_catalog_in_another_layout_breaks_nothing_on_the_wire(tmp_path, capsys):
    moved = tmp_path / "schema"
    shutil.copytree(SCHEMA, moved)
    for file in moved.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("channels/memory.yaml", "channels/remembered.yaml")
        file.write_text(text, encoding="utf-8")
    (moved / "channels" / "memory.yaml").rename(moved / "channels" / "remembered.yaml")
    main(["diff", str(SCHEMA), str(moved), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["old_consumer"], report["new_consumer"]) == ("ok", "ok")
    assert report["severity"] in ("source", "docs", "safe")


def test_the_real_catalog_against_itself_has_no_finding(capsys):
    assert main(["diff", str(SCHEMA), str(SCHEMA), "--fail-on", "safe"]) == 0


def test_a_path_that_is_missing_is_reported(tmp_path, capsys):
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert main(["diff", "a"]) == 2


@pytest.mark.parametrize("misspelt", ["x-sunst", "x-Unit"])
def test_a_misspelt_extension_is_reported_as_lint_reports_it(tmp_path, monkeypatch, capsys, misspelt):
    monkeypatch.chdir(tmp_path)
    Path("before.yaml").write_text(OLD)
    Path("after.yaml").write_text(OLD.replace("{k: {type: integer}}", f"{{k: {{type: integer, {misspelt}: km}}}}"))
    assert main(["lint", "after.yaml"]) == 1
    linted = [line for line in capsys.readouterr().out.splitlines() if " TW228 " in line]
    assert len(linted) == 1
    assert main(["diff", "before.yaml", "after.yaml"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if " TW" in line] == linted
    assert main(["diff", "after.yaml", "before.yaml"]) == 0
    assert " TW" not in capsys.readouterr().out, "the old version is past repair"
