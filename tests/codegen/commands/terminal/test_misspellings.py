"""A misspelt command, option or choice is answered in one line, with what was probably meant."""

from __future__ import annotations

import argparse

import pytest
from topicwright_codegen.cli import COMMANDS, main, whole_parser
from topicwright_codegen.commands.terminal.parser import Parser


def children() -> dict[str, Parser]:
    found: dict[str, Parser] = {}
    for action in whole_parser().arguments():
        if isinstance(action.choices, dict):
            found |= {name: child for name, child in action.choices.items() if isinstance(child, Parser)}
    return found


CHILDREN = children()


def answer(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(line)
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    return said.err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_misspelt_command_is_answered_with_the_near_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for misspelt in (name[:-1] + "x" if len(name) > 3 else name + "x", name[0] + name, name.upper()):
        said = answer(capsys, misspelt, "home.yaml")
        assert f"topicwright: error: there is no command {misspelt!r}: did you mean {name!r}?" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_misspelt_option_is_answered_with_the_near_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    child = CHILDREN[name]
    for option in child.told_options():
        for misspelt in (f"{option}z", f"--{option[3:]}" if len(option) > 6 else f"{option}q"):
            if any(known.startswith(misspelt) for known in child.options()):
                continue
            for word in (misspelt, f"{misspelt}=x"):
                said = answer(capsys, name, word)
                assert f"topicwright {name}: error: there is no option {misspelt}: did you mean '--" in said
                assert said.endswith(f"; see topicwright {name} --help\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_misspelt_choice_is_answered_with_the_near_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for action in CHILDREN[name].arguments():
        if not action.option_strings or action.choices is None:
            continue
        choice = next(iter(action.choices))
        said = answer(capsys, name, action.option_strings[0], f"{choice}x")
        assert f"invalid choice: '{choice}x'" in said
        assert f"did you mean '{choice}'?" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_each_argument_is_explained_and_the_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for action in CHILDREN[name].arguments():
        assert action.help, f"{name} {action.option_strings or action.dest}"
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"example:\n  topicwright {name}" in shown
    assert "Exit status:" in shown


def test_a_far_word_gets_no_guess_and_no_word_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no command 'xyzzy'; see topicwright --help" in answer(capsys, "xyzzy")
    assert "name a command, such as lint; see topicwright --help" in answer(capsys)
    assert "there is no option --versoin: did you mean '--version'?" in answer(capsys, "--versoin")


def test_hidden_and_abbreviated_options_are_none_that_are_misspelt(tmp_path: object) -> None:
    parser = CHILDREN["lint"]
    assert parser.misspelt_option(["--package", "x", "--form", "json", "--", "--nonsense", "-x"]) == ""
    hidden = [action for action in parser.arguments() if action.help == argparse.SUPPRESS]
    assert hidden
