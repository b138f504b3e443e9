"""A parser that answers misspelt commands, options and choices with the nearest ones."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from typing_extensions import override
else:
    _Method = TypeVar("_Method", bound=Callable[..., object])

    def override(method: _Method) -> _Method:
        """Return the method: importing the real one costs a third of the time of ``--help``."""
        return method


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
        # The parser has no public way to them; every Python so far records them under this name.
        return list(cast("dict[str, object]", vars(self)["_option_string_actions"]))

    def told_options(self) -> list[str]:
        """Return the options that the help shows."""
        usage = re.split(r"[\s\[\]|()]+", self.format_usage())
        return [*{word: None for word in (*usage, "--help") if word.startswith("--")}]
