"""Reads the parameters in a topic, by the template of its address, in time linear in the length of the topic."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

PLACEHOLDER: Final = re.compile(r"\{([^{}/]+)\}")
WILDCARDS: Final = {"+": "[^/]*", "#": ".*"}

Match: TypeAlias = Callable[[str], Mapping[str, str] | None]
"""Returns the parameters in a topic, or None where it is not of the template."""


def matcher(template: str) -> Match:
    """Return the function that reads the topics of ``template``; a name that occurs twice stands for one value.

    Where a level has several parameters, an earlier one takes as much as it can: ``a-b`` and ``c`` of ``a-b-c`` for
    ``{x}-{y}``. A regular expression would do that too, but in time that grows with a power of the length.
    """
    several = any(len(PLACEHOLDER.findall(level)) > 1 for level in template.split("/"))
    return _Levels(template) if several else _by_pattern(template)


def _by_pattern(template: str) -> Match:
    """Return the faster function for templates with at most one parameter a level: nothing is tried twice."""
    parts: list[str] = []
    known: set[str] = set()
    for number, text in enumerate(PLACEHOLDER.split(template)):
        if number % 2 == 0:
            parts.append("".join(WILDCARDS.get(character, re.escape(character)) for character in text))
        elif text in known:
            parts.append(f"(?P={text})")
        else:
            known.add(text)
            parts.append(f"(?P<{text}>[^/]+)")
    fullmatch = re.compile("".join(parts), re.DOTALL).fullmatch

    def match(topic: str) -> Mapping[str, str] | None:
        matched = fullmatch(topic)
        return None if matched is None else matched.groupdict()

    return match


class _Levels:
    """The levels of a template."""

    def __init__(self, template: str) -> None:
        levels = template.split("/")
        self._open = levels[-1] == "#"
        self._levels = [_Level(level) for level in (levels[:-1] if self._open else levels)]

    def __call__(self, topic: str) -> Mapping[str, str] | None:
        """Return the parameters in a topic; see ``Match``."""
        texts = topic.split("/")
        if len(texts) < len(self._levels) or (len(texts) > len(self._levels) and not self._open):
            return None
        values: dict[str, str] = {}
        for level, text in zip(self._levels, texts, strict=False):
            found = level.read(text)
            if found is None or any(values.setdefault(name, value) != value for name, value in found):
                return None
        return values


class _Level:
    """One level of a template: texts, and the parameters between them."""

    def __init__(self, template: str) -> None:
        parts = PLACEHOLDER.split(template)
        self._texts, self._names = parts[::2], parts[1::2]
        self._any = template == "+"

    def read(self, level: str) -> list[tuple[str, str]] | None:
        """Return the names of the parameters with their values, or None where the level is not of the template."""
        if not self._names:
            return [] if self._any or level == self._texts[0] else None
        if len(set(self._names)) == 1:
            return self._read_one_value(level)
        start, end = len(self._texts[0]), len(level) - len(self._texts[-1])
        if not (level.startswith(self._texts[0]) and level.endswith(self._texts[-1])):
            return None
        # From the right, the last place for each text: that leaves most to the parameters before it.
        found: list[tuple[str, str]] = []
        for name, text in zip(self._names[:0:-1], self._texts[-2:0:-1], strict=True):
            at = level.rfind(text, start + 1, end - 1) if end > start + 1 else -1
            if at < 0:
                return None
            found.append((name, level[at + len(text) : end]))
            end = at
        return [*found, (self._names[0], level[start:end])] if end > start else None

    def _read_one_value(self, level: str) -> list[tuple[str, str]] | None:
        """Read a level in which one name occurs once or more: its length tells where."""
        name, count = self._names[0], len(self._names)
        size, rest = divmod(len(level) - sum(map(len, self._texts)), count)
        value = level[len(self._texts[0]) :][: max(size, 0)]
        return [(name, value)] if value and not rest and value.join(self._texts) == level else None
