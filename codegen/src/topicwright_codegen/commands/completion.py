"""``topicwright completion``, made by shtab from the parser of all commands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, cast

from topicwright_codegen.commands.terminal import streams

EXAMPLE: str = "topicwright completion bash"
SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
"""A test compares them with those of shtab, which is imported only when it is needed."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")
    parser.set_defaults(document=lambda options: True)


def run(options: argparse.Namespace) -> int:
    """Write the script that the shell is to read."""
    import shtab

    parser: argparse.ArgumentParser = options.whole_parser()
    _complete_paths(parser, shtab.FILE, shtab.DIRECTORY)
    streams.document(shtab.complete(parser, options.shell).removesuffix("\n") + "\n")
    return 0


def _complete_paths(parser: argparse.ArgumentParser, file: object, folder: object) -> None:
    """Say of each argument that is a path that the shell completes it as one, in all commands."""
    for action in cast("list[argparse.Action]", vars(parser)["_actions"]):
        if action.type is Path:
            cast("Any", action).complete = folder if action.metavar == "DIR" else file
        choices = cast("dict[str, object]", action.choices) if isinstance(action.choices, dict) else {}
        for child in choices.values():
            if isinstance(child, argparse.ArgumentParser):
                _complete_paths(child, file, folder)
