"""``topicwright completion``, made by shtab from the parser of all commands."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import always
from topicwright_codegen.commands.terminal.parser import Parser

EXAMPLE: str = "topicwright completion bash"
SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
"""A test compares them with those of shtab, which is imported only when it is needed."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")
    parser.set_defaults(document=always)


def run(options: argparse.Namespace) -> int:
    """Write the script that the shell is to read."""
    import shtab

    parser: Parser = options.whole_parser()
    for argument in parser.arguments():  # what is a path is completed as one, in all commands
        if argument.type is Path:
            vars(argument)["complete"] = shtab.DIRECTORY if argument.metavar == "DIR" else shtab.FILE
    streams.document(shtab.complete(parser, options.shell).removesuffix("\n") + "\n")
    return 0
