"""``--templates DIR``: templates of the user in place of those of the compiler."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

from tests.paths import ROOT

CATALOG = """\
asyncapi: 3.0.0
info: {title: Test, version: 1.0.0}
channels:
  a: {address: a/b, messages: {Thing: {name: thing.done, payload: {type: string}}}}
"""
DOCS = ROOT / "docs" / "templates.md"
ORIGINALS = sorted(
    path.name for path in (files("topicwright_codegen.render") / "templates").iterdir() if path.name.endswith(".jinja")
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.yaml").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str) -> int:
    return main([command, "--source", "a.yaml", "--package", "sdk", "--output", "out", "--templates", "mine"])


def test_a_template_replaces_the_one_of_its_name(project: Path) -> None:
    (project / "mine" / "alias.py.jinja").write_text("", encoding="utf-8")
    (project / "mine" / "index.py.jinja").write_text("TOPICS = {{ domains }}\n", encoding="utf-8")
    assert run("generate") == 0
    assert (project / "out/sdk/_topics.py").read_text("utf-8") == 'TOPICS = ["a"]\n'
    assert "class ATopics" in (project / "out/sdk/a/__init__.py").read_text("utf-8")
    assert run("check") == 0
    (project / "mine" / "index.py.jinja").write_text("TOPICS = 1\n", encoding="utf-8")
    assert run("check") == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("topic.py.jinja", "", "replaces no template; there are TOPICS.md.jinja, _parts.jinja, "),
        ("index.py.jinja", "{{ nothing }}", "fails: index.py.jinja:1: 'nothing' is undefined"),
        ("index.py.jinja", "x\n{% if %}", "fails: index.py.jinja:2: "),
        ("index.py.jinja", "x = = 1", "with the templates mine, the text made for _topics.py is not Python"),
    ],
)
def test_a_wrong_template_is_one_clear_error(
    project: Path, name: str, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "mine" / name).write_text(text, encoding="utf-8")
    assert run("generate") == 2
    assert message in capsys.readouterr().err
    assert not (project / "out").exists()


def test_a_folder_that_is_not_there_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mine").rmdir()
    assert run("generate") == 2
    assert "the templates mine are not a folder" in capsys.readouterr().err


def test_every_template_is_documented() -> None:
    assert sorted(re.findall(r"^\| `([\w.]+\.jinja)`", DOCS.read_text("utf-8"), re.MULTILINE)) == ORIGINALS
