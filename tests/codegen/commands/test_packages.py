"""Several packages in one pyproject.toml: commands do all of them, or the one that is chosen."""

from __future__ import annotations

import json
import subprocess
from argparse import Namespace
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.commands.watch import configs_of

CATALOG = """\
asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  NAME:
    address: NAME/b
    messages:
      Thing:
        name: NAME.done
        summary: A thing is done.
        payload: {type: object, properties: {name: {type: string, description: Its name.}}}
operations: {s: {action: send, channel: {$ref: '#/channels/NAME'}}}
"""
SETTINGS = """\
[tool.topicwright]
unknown_fields = "keep"
output = "src"

[tool.topicwright.lint]
ignore = ["TW509"]

[[tool.topicwright.packages]]
sources = ["one.yaml"]
package = "one"

[[tool.topicwright.packages]]
sources = ["two.yaml"]
package = "two"
output = "other/src"
unknown_fields = "refuse"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(CATALOG.replace("NAME", name), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_generate_and_check_do_all_packages_with_their_own_settings(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[::2] == ["topicwright: package one", "topicwright: package two"]
    assert said[3].startswith("other/src/two: 1 topic, ")
    assert main(["check"]) == 0
    assert main(["lint"]) == 0
    (project / "two.yaml").write_text(CATALOG.replace("NAME", "two").replace("Its name.", "A name."), encoding="utf-8")
    assert main(["check", "--package", "one"]) == 0
    assert main(["check", "--package", "two"]) == 1
    assert main(["check"]) == 1


def test_an_error_in_one_package_does_not_keep_the_others_from_being_made(project: Path) -> None:
    (project / "one.yaml").write_text("asyncapi: 3.0.0\n", encoding="utf-8")
    assert main(["generate"]) == 1
    assert not (project / "src/one").exists()
    assert (project / "other/src/two/py.typed").exists()


def test_one_package_can_be_chosen(project: Path) -> None:
    assert main(["generate", "--package", "two"]) == 0
    assert not (project / "src").exists()
    assert (project / "other/src/two/py.typed").exists()


@pytest.mark.parametrize(
    "command",
    [["bundle"], ["acl"], ["lint", "--format", "json"], ["diff", "--against", "HEAD", "--format", "json"]],
    ids=str,
)
def test_a_command_with_one_output_asks_for_one_package(
    project: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main(command) == 2
    assert "choose it with --package one or two" in capsys.readouterr().err


def test_bundle_and_acl_are_about_the_chosen_package(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", "--package", "two", "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["channels"]) == ["two"]
    assert main(["acl", "--package", "one"]) == 0
    assert "one/b" in capsys.readouterr().out


def test_an_unknown_package_is_an_error_with_the_names_that_there_are(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "--package", "tow"]) == 2
    assert "has no package 'tow': it has one, two" in capsys.readouterr().err
    assert main(["bundle", "one.yaml", "--package", "one"]) == 2
    assert "which are not used with PATH" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('package = "two"', 'package = "one"', "has two packages 'one'"),
        ('package = "two"', "", "has one without a package"),
        ('unknown_fields = "refuse"', 'unknwon_fields = "refuse"', "has no setting 'unknwon_fields'"),
        ("[[tool.topicwright.packages]]", "[tool.topicwright.packages]", "must be a list of tables"),
    ],
)
def test_wrong_settings_are_one_error(
    project: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    text = SETTINGS.replace(old, new)
    if "[tool.topicwright.packages]" in new:
        text = text[: text.rindex(new)]
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert main(["generate"]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_diff_compares_each_package_and_a_new_one_with_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(SETTINGS[: SETTINGS.rindex("[[")], encoding="utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "one.yaml", "pyproject.toml"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True, cwd=project)
    (project / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (project / "one.yaml").write_text(CATALOG.replace("NAME", "one").replace("one/b", "one/c"), encoding="utf-8")
    assert main(["diff", "--against", "HEAD", "--no-witnesses"]) == 1
    out = capsys.readouterr().out
    assert "address-moved" in out
    assert "topic-added" in out or "new" in out
    assert main(["diff", "--against", "HEAD", "--no-witnesses", "--package", "two"]) == 0


def test_watch_generates_each_package(project: Path) -> None:
    options = Namespace(
        paths=[], source=(), package=None, output=None, templates=None, root=None, unknown_fields=None, map=None
    )
    found = [(config.package, config.keep_unknown, config.ignored) for config in configs_of(options)]
    assert found == [("one", True, {"TW509"}), ("two", False, {"TW509"})]
    options.package = "two"
    assert [config.package for config in configs_of(options)] == ["two"]
