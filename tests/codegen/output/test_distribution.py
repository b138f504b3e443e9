"""A distribution that does not ask for the judge of its package is told so; every other one is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.output.distribution import missing_extra

CATALOG = """
asyncapi: 3.0.0
info: {title: t, version: '1'}
channels: {a: {address: a, messages: {A: {payload: {type: object, %s}}}}}
"""


def project(folder: Path, dependencies: str, schema: str = "minProperties: 1") -> list[str]:
    (folder / "pyproject.toml").write_text(f"[project]\nname = 'x'\ndependencies = {dependencies}\n")
    (folder / "a.yaml").write_text(CATALOG % schema)
    return ["--source", str(folder / "a.yaml"), "--package", "made", "--output", str(folder / "src")]


@pytest.mark.parametrize("command", ["generate", "check"])
def test_a_missing_extra_is_told_each_time(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    arguments = project(tmp_path, "['topicwright>=0.1']")
    main(["generate", *arguments])
    capsys.readouterr()
    assert main([command, *arguments]) == 0
    assert "pyproject.toml: note: " in (said := capsys.readouterr().err)
    assert "schemas.py needs topicwright[json-schema]" in said


@pytest.mark.parametrize(
    ("dependencies", "schema"),
    [
        ("['topicwright[json-schema]']", "minProperties: 1"),
        ("['TopicWright[prometheus, json_schema]>=0.1']", "minProperties: 1"),
        ("['topicwright[json-schema] @ file:///x']", "minProperties: 1"),
        ("['topicwright']", "properties: {a: {type: string}}"),
        ("['topicwright-codegen', 'other']", "minProperties: 1"),
        ("'topicwright'", "minProperties: 1"),
        ("[5]", "minProperties: 1"),
        ("no TOML", "minProperties: 1"),
    ],
)
def test_nothing_is_told_where_nothing_is_missing_or_known(tmp_path: Path, dependencies: str, schema: str) -> None:
    arguments = project(tmp_path, dependencies, schema)
    main(["generate", *arguments])
    assert missing_extra(tmp_path / "src" / "made") == ""


def test_a_runtime_in_a_folder_is_a_requirement_of_it_too(tmp_path: Path) -> None:
    main(["generate", *project(tmp_path, "['topicwright @ {root:parent:uri}/runtime']")])
    assert "needs topicwright[json-schema]" in missing_extra(tmp_path / "src" / "made")
