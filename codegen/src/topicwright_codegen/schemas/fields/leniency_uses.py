"""What each name of ``x-lenient`` is for: the kinds of the values of a type, and of a field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol, cast

from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of

ANY: Final = "any"
_TEXTS: Final = frozenset(("string", "listed text", "date-time", "date", "uuid", ANY))
_NUMBERS: Final = frozenset(("integer", "number", "listed number", ANY))
_BOOLEANS: Final = frozenset(("boolean", "listed boolean", ANY))


class _Use(NamedTuple):
    targets: frozenset[str]
    """The kinds that it is for."""
    taken: frozenset[str]
    """The kinds that have the value already: of a type with one of them, no value means another one."""


def _use(targets: Iterable[str], taken: Iterable[str]) -> _Use:
    return _Use(frozenset(targets), frozenset(taken) - frozenset(targets))


USES: Final[Mapping[str, _Use]] = {
    "number-from-text": _use(("integer", "number", "listed number"), _TEXTS),
    "boolean-from-text": _use(("boolean", "listed boolean"), _TEXTS),
    "boolean-from-number": _use(("boolean", "listed boolean"), _NUMBERS),
    "text-from-number": _use(("string", "listed text"), _NUMBERS),
    "text-from-boolean": _use(("string", "listed text"), _BOOLEANS),
    "text-in-any-case": _use(("listed text",), _TEXTS),
    "time-without-zone": _use(("date-time",), _TEXTS),
    "time-with-short-zone": _use(("date-time",), _TEXTS),
    "time-from-number": _use(("date-time",), _NUMBERS),
}


class Lowered(Protocol):
    """A type in the flat form: while it is collected, or a final one."""

    @property
    def kind(self) -> str:
        """Whether it is an object."""
        ...

    @property
    def schema(self) -> Flat:
        """What it is in the flat form."""
        ...


class Types(Protocol):
    """The types by their numbers."""

    def __getitem__(self, number: int, /) -> Lowered: ...


def clash(name: str, kinds: frozenset[str]) -> str | None:
    """Return why a leniency does not go with a type of some kinds: empty, or the kind beside it; None where it goes."""
    use = USES[name]
    if not kinds & use.targets:
        return ""
    return min(kinds & use.taken, default=None)


def may_mean_absent(name: str, kinds: frozenset[str]) -> bool:
    """Return whether what a leniency of fields reads as absent is no value of a field of some kinds."""
    return kinds.isdisjoint(("null", ANY) if name == "null-for-absent" else ("string", "empty text", ANY))


def kinds_of(schema: Flat, types: Types, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """Yield the kinds of the values of a schema in the flat form."""
    number = reference_of(schema)
    if number is not None:
        type_ = types[number]
        if type_.kind == "object":
            yield "object"
        elif number not in seen:
            yield from kinds_of(type_.schema, types, seen | {number})
    elif "anyOf" in schema:
        for branch in branches_of(schema):
            yield from kinds_of(branch, types, seen)
    elif "enum" in schema:
        yield from map(_kind_of, cast("list[object]", schema["enum"]))
        yield from ("empty text" for value in cast("list[object]", schema["enum"]) if value == "")
    else:
        yield str(schema.get("format") or schema.get("type") or ANY)


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "listed boolean"
    return "listed number" if isinstance(value, (int, float)) else "listed text"
