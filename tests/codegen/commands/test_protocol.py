"""Common properties of all commands: the protocol of their modules, positional paths, help, and a light start."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from topicwright_codegen import commands
from topicwright_codegen.acl.formats import FORMATS as RULES
from topicwright_codegen.cli import COMMANDS, command_of, main
from topicwright_codegen.commands import SUMMARIES
from topicwright_codegen.commands.acl import BROKERS
from topicwright_codegen.commands.arguments import REPORT_FORMATS
from topicwright_codegen.review.report.formats.registry import FORMATS as REPORTS

HELPERS = {"arguments", "outcome", "terminal"}
DOCUMENT = """\
asyncapi: 3.0.0
info: {title: Test, version: 1.0.0}
channels:
  CHANNEL:
    address: CHANNEL/done
    messages:
      Thing: {summary: It is done., payload: {type: object, properties: {n: {type: string, description: Its name.}}}}
operations:
  sendIt: {action: send, channel: {$ref: '#/channels/CHANNEL'}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(DOCUMENT.replace("CHANNEL", name), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_module_of_the_folder_is_a_command_or_a_helper() -> None:
    modules = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert modules == HELPERS | set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_add_run_and_an_example(name: str) -> None:
    module = importlib.import_module(f"topicwright_codegen.commands.{name}")
    assert callable(module.add)
    assert callable(module.run)
    assert module.EXAMPLE.startswith(f"topicwright {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_the_summary_and_the_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    shown = capsys.readouterr().out
    command = command_of(name)
    assert ended.value.code == 0
    assert f"example:\n  {command.EXAMPLE}\n" in shown
    assert SUMMARIES[name][1:] in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_the_help_is_a_command_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = command_of(name)
    monkeypatch.setattr(command, "run", lambda options: 0)
    assert main(command.EXAMPLE.split()[1:]) == 0


def test_names_of_formats_are_those_of_the_functions() -> None:
    assert tuple(REPORTS) == REPORT_FORMATS
    assert tuple(RULES) == BROKERS


@pytest.mark.parametrize("paths", [["one.yaml"], ["one.yaml", "two.yaml"], ["."]])
def test_lint_takes_positional_paths(folder: Path, paths: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["lint", *paths])
    reported = set(re.findall(r"^(\w+)\.yaml:", capsys.readouterr().out, re.MULTILINE))
    assert reported == ({"one", "two"} if len(paths) == 2 or paths == ["."] else {"one"})


@pytest.mark.parametrize(
    "paths",
    [
        ["one.yaml", "two.yaml"],
        ["--source", "one.yaml", "two.yaml"],
        ["one.yaml", "--source", "two.yaml"],
    ],
)
def test_positional_paths_and_source_add_up(folder: Path, paths: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    package = ["--package", "sdk", "--output", "out"]
    assert main(["generate", *paths, *package]) == 0
    assert capsys.readouterr().err == "out/sdk: 2 topics, 2 services, 15 of 15 files changed\n"
    assert main(["check", *package, *paths]) == 0
    assert main(["bundle", *paths]) == 0
    assert {"  one:", "  two:"} <= set(capsys.readouterr().out.splitlines())
    assert main(["acl", *paths]) == 0
    assert {"user one", "user two"} <= set(capsys.readouterr().out.splitlines())


def test_paths_in_two_places_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["generate", "one.yaml", "--package", "sdk", "two.yaml", "--output", "out"])
    assert ended.value.code == 2
    error = "error: unrecognized arguments: two.yaml (give positional arguments in one place, before or after the opt"
    assert error in capsys.readouterr().err


HEAVY = (
    *("yaml", "pydantic", "pydantic_core", "jinja2", "jsonschema_rs", "ruamel", "topicwright", "typing_extensions"),
    *("rich", "shtab", "asyncio", "difflib", "email", "importlib.metadata", "inspect", "json", "tomllib"),
    *("topicwright_codegen.asyncapi", "topicwright_codegen.catalog", "topicwright_codegen.commands.lint"),
)
"""What takes longer to import than the help takes."""
NOT_FOR_LINT = (
    *("pydantic_core", "typing_extensions", "jinja2", "ruamel", "topicwright", "rich", "shtab", "asyncio"),
    *("topicwright_codegen.render", "topicwright_codegen.output", "topicwright_codegen.review"),
)


def imported(names: tuple[str, ...], *line: str) -> str:
    """Run a command in an interpreter of its own; return those of the modules that it has imported."""
    code = (
        "import contextlib, sys\nfrom topicwright_codegen.cli import main\n"
        f"with contextlib.suppress(SystemExit): main({list(line)})\n"
        f"print([name for name in {names} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout
    return done.stderr.splitlines()[-1]


def test_the_help_imports_nothing_that_it_does_not_show() -> None:
    assert imported(HEAVY, "--help") == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_imports_no_compiler(name: str) -> None:
    allowed = ("json", "tomllib", "inspect", f"topicwright_codegen.commands.{name}", "typing_extensions", "difflib")
    assert imported(tuple(module for module in HEAVY if module not in allowed), name, "--help") == "[]"


def test_lint_of_a_document_imports_no_more_than_it_reads_with(folder: Path) -> None:
    assert imported(NOT_FOR_LINT, "lint", "one.yaml") == "[]"
