"""A parser that answers misspelt commands, options and choices with the nearest ones."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn, cast

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.overriding import override

_CHOICE = re.compile(r"invalid choice: '(?P<word>[^']*)' \(choose from (?P<choices>[^)]*)\)\Z")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with what was probably meant."""

    words: Sequence[str] = ()
    """What is parsed, for the errors."""

    @override
    def error(self, message: str) -> NoReturn:
        """End with status 2; a misspelt option is told first, since the other errors may follow from it."""
        from topicwright_codegen.diagnostics.did_you_mean import did_you_mean

        choice = _CHOICE.search(message)
        if choice is not None:
            hint = did_you_mean(choice["word"], re.findall(r"[\w.-]+", choice["choices"]))
            message += f": {hint}" if hint else ""
        self.exit(2, f"{self.prog}: error: {self.misspelt_option(self.words) or message}; see {self.prog} --help\n")

    @override
    def _print_message(self, message: str, file: object = None) -> None:
        if file is sys.stderr:
            streams.status(message.removesuffix("\n"))
        else:  # argparse would swallow that it cannot be written
            streams.finding(message.removesuffix("\n"))

    def misspelt_option(self, words: Iterable[str]) -> str:
        """Return what is wrong with the first word that looks like an option and is none; empty without one."""
        from topicwright_codegen.diagnostics.did_you_mean import did_you_mean

        known = self.options()
        for word in words:
            if word == "--":
                return ""
            name = word.partition("=")[0]
            if word.startswith("--") and " " not in word and not any(option.startswith(name) for option in known):
                hint = did_you_mean(name, self.told_options())
                return f"there is no option {name}" + (f": {hint}" if hint else "")
        return ""

    def options(self) -> list[str]:
        """Return the options, also those that the help leaves out."""
        return list(self._option_string_actions)

    def told_options(self) -> list[str]:
        """Return the options that the help shows."""
        usage = re.split(r"[\s\[\]|()]+", self.format_usage())
        return [*{word: None for word in (*usage, "--help") if word.startswith("--")}]

    def arguments(self) -> Iterator[argparse.Action]:
        """Yield the arguments, also those of the commands."""
        for action in self._actions:
            yield action
            choices = cast("object", action.choices)
            if isinstance(choices, dict):  # those of the commands are their parsers
                for child in cast("dict[str, object]", choices).values():
                    if isinstance(child, Parser):
                        yield from child.arguments()
