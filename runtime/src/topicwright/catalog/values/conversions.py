"""How a lenient reader understands a value of another kind, by the names of ``x-lenient`` (docs/catalog.md)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final

import orjson

Convert = Callable[[Any], Any]
NUMBERS: Final = frozenset((int, float))
_TEXT: Final = frozenset((str,))
_BOOLEAN: Final = frozenset((bool,))
SOURCES: Final[Mapping[str, frozenset[type]]] = {
    "number-from-text": _TEXT,
    "boolean-from-text": _TEXT,
    "boolean-from-number": NUMBERS,
    "text-from-number": NUMBERS,
    "text-from-boolean": _BOOLEAN,
    "text-in-any-case": _TEXT,
    "time-without-zone": _TEXT,
    "time-with-short-zone": _TEXT,
    "time-from-number": NUMBERS,
}
"""By the name of a leniency: the classes of the JSON values that it understands."""
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "int": ("number-from-text",),
    "float": ("number-from-text",),
    "bool": ("boolean-from-text", "boolean-from-number"),
    "str": ("text-from-number", "text-from-boolean"),
    "datetime": ("time-without-zone", "time-with-short-zone", "time-from-number"),
}
"""The leniencies that a kind of scalar can have."""
_LONGEST: Final = 400
"""Characters of a text that is understood; a longer one is refused."""
_NUMBER: Final = re.compile(r"[+-]?(\d+)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_WORDS: Final = {
    "true": True,
    "on": True,
    "yes": True,
    "1": True,
    "false": False,
    "off": False,
    "no": False,
    "0": False,
}
_TIME: Final = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d{1,40})?"
_WITHOUT_ZONE: Final = re.compile(_TIME, re.ASCII)
_SHORT_ZONE: Final = re.compile(rf"({_TIME}) ?([+-]\d\d)(\d\d)?", re.ASCII)
_MILLISECONDS: Final = 1e11
"""From here on, to either side of 0, a number is milliseconds: as seconds it would be after the year 5138."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def converters_of(kind: str, names: Set[str], listed: Sequence[object]) -> dict[type, tuple[Convert, ...]]:
    """Return what understands the values of each class for a kind of scalar.

    ``listed`` are the values of a literal, which is the kind that all of them are of.
    """
    kinds = {value.__class__ for value in listed if value is not None}
    if kind == "literal":
        kind = next(iter(kinds)).__name__ if len(kinds) == 1 else ""
    found: dict[type, tuple[Convert, ...]] = {}
    for name in _KINDS.get(kind, ()):
        if name in names:
            for source in SOURCES[name]:
                found[source] = (*found.get(source, ()), _CONVERTERS[name])
    if kind == "str" and listed and "text-in-any-case" in names:
        found[str] = (_in_any_case([str(value) for value in listed if value is not None]),)
    return found


def understand(converters: Mapping[type, Sequence[Convert]], value: Any) -> Any:
    """Return the JSON value that is meant by another one; the same where none is."""
    for convert in converters.get(value.__class__, ()):
        value = convert(value)
    return value


def _number_from_text(text: str) -> Any:
    plain = text.strip() if len(text) <= _LONGEST else ""
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return text
    return float(plain) if match[2] or match[3] else int(plain)


def _boolean_from_text(text: str) -> Any:
    return _WORDS.get(text.strip().lower(), text) if len(text) <= _LONGEST else text


def _boolean_from_number(number: float) -> Any:
    return bool(number) if number in (0, 1) else number


def _text_from_number(number: float) -> Any:
    return orjson.dumps(number).decode() if isinstance(number, float) and isfinite(number) else str(number)


def _text_from_boolean(value: bool) -> str:
    return "true" if value else "false"


def _in_any_case(listed: Sequence[str]) -> Convert:
    """Return what finds the listed text that differs in case alone; of two that do, neither."""
    folded = Counter(text.casefold() for text in listed)
    meant = {text.casefold(): text for text in listed if folded[text.casefold()] == 1}

    def convert(text: str) -> str:
        return text if text in listed else meant.get(text.strip().casefold(), text)

    return convert


def _time_without_zone(text: str) -> str:
    return f"{text.replace(',', '.')}Z" if len(text) <= _LONGEST and _WITHOUT_ZONE.fullmatch(text) else text


def _time_with_short_zone(text: str) -> str:
    match = _SHORT_ZONE.fullmatch(text) if len(text) <= _LONGEST else None
    return text if match is None else f"{match[1].replace(',', '.')}{match[2]}:{match[3] or '00'}"


def _time_from_number(number: float) -> Any:
    seconds = number if abs(number) < _MILLISECONDS else number / 1000
    try:
        return (_EPOCH + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError):
        return number


_CONVERTERS: Final[Mapping[str, Convert]] = {
    "number-from-text": _number_from_text,
    "boolean-from-text": _boolean_from_text,
    "boolean-from-number": _boolean_from_number,
    "text-from-number": _text_from_number,
    "text-from-boolean": _text_from_boolean,
    "time-without-zone": _time_without_zone,
    "time-with-short-zone": _time_with_short_zone,
    "time-from-number": _time_from_number,
}
