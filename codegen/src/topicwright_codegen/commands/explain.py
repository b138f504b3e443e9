"""``topicwright explain``."""

from __future__ import annotations

import argparse

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.project.config import UsageError

EXAMPLE: str = "topicwright explain TW217"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "codes", nargs="+", metavar="CODE", help="a code such as TW217, in any case; TW may be left out"
    )


def run(options: argparse.Namespace) -> int:
    """Print the explanation of each code.

    Raises:
        UsageError: there is no such code.
    """
    from topicwright_codegen.diagnostics.explanations import UnknownCodeError, explanation

    try:
        streams.finding("\n".join(map(explanation, options.codes)).removesuffix("\n"))
    except UnknownCodeError as error:
        raise UsageError(str(error)) from error
    return 0
