"""`generate --dist` makes a package a distribution, and never overwrites what an author has edited."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.output import sdk_files
from topicwright_codegen.project.runtime import REQUIREMENT

CATALOG = """
asyncapi: 3.0.0
info: {title: t, version: '1'}
channels: {a: {address: a, messages: {A: {payload: {type: object, %s}}}}}
"""


@pytest.fixture(autouse=True)
def in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(CATALOG % "properties: {x: {type: string}}")


def generate(*flags: str, output: str = "sdk/src", package: str = "made") -> int:
    return main(["generate", "a.yaml", "--package", package, "--output", output, "--dist", *flags])


def requirements() -> list[str]:
    return tomllib.loads(Path("sdk/pyproject.toml").read_text("utf-8"))["project"]["dependencies"]


def test_a_distribution_asks_for_a_compatible_range_of_the_runtime() -> None:
    assert generate() == 0
    assert requirements() == [f"topicwright{REQUIREMENT}"]
    table = tomllib.loads(Path("sdk/pyproject.toml").read_text("utf-8"))
    assert table["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/made"]
    assert Path("sdk/src/made/py.typed").is_file()


@pytest.mark.parametrize(("output", "folder"), [("sdk", "sdk"), ("src", "."), ("a/b/src", "a/b")])
def test_the_distribution_is_around_src_or_the_package(output: str, folder: str) -> None:
    assert generate(output=output, package="acme.made") == 0
    table = tomllib.loads((Path(folder) / "pyproject.toml").read_text("utf-8"))
    assert table["project"]["name"] == "acme-made-sdk"
    (package,) = table["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert (Path(folder) / package / "made" / "__init__.py").is_file()


def test_a_file_that_nobody_edited_follows_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    generate()
    Path("a.yaml").write_text(CATALOG % "minProperties: 1")
    assert generate() == 0
    assert requirements() == [f"topicwright[json-schema]{REQUIREMENT}"]
    capsys.readouterr()
    assert generate() == 0
    assert "written" not in capsys.readouterr().err


def test_an_edited_file_stays_and_what_it_lacks_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    generate()
    project, readme = Path("sdk/pyproject.toml"), Path("sdk/README.md")
    project.write_text(edited := project.read_text("utf-8").replace("0.1.0", "3.0.0"), "utf-8")
    readme.write_text("mine", "utf-8")
    Path("a.yaml").write_text(CATALOG % "minProperties: 1")
    capsys.readouterr()
    assert generate() == 0
    assert (project.read_text("utf-8"), readme.read_text("utf-8")) == (edited, "mine")
    assert f'needs "topicwright[json-schema]{REQUIREMENT}" in its dependencies' in capsys.readouterr().err


@pytest.mark.parametrize("title", ['a "b" \\ c', "two\nlines", "\x07\x7f", "ünï 机", "'''", "# x"])
def test_any_title_makes_valid_files(title: str) -> None:
    from topicwright_codegen.project.config import Config

    texts = sdk_files.sdk_files(Config((Path("a.yaml"),), "made", Path("src"), title=title))
    assert tomllib.loads(texts["pyproject.toml"])["project"]["description"]
