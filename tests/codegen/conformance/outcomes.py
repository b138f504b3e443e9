"""The outcome of a value: whether it was read rightly, and written back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.codegen.conformance.suite import Case

RIGHT, DROPPED = "right", "dropped on purpose"
ACCEPT, REJECT, LOSSY, NOT_COMPILED = "wrong-accept", "wrong-reject", "lossy", "not compiled"
WRONG = (ACCEPT, REJECT, LOSSY, NOT_COMPILED)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a value and of writing it back."""

    accepted: bool
    problem: str = ""
    written: list[Any] = field(default_factory=list[Any])
    """The JSON value that was written back; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one value in one form and mode."""

    group: int
    """The number of the group."""
    file: str
    case: int
    """The number of the value in the group."""
    form: str
    keep_unknown: bool
    kind: str
    reason: str = ""


def outcome_of(case: Case, reading: Reading | None, schema: Any, *, keep_unknown: bool) -> tuple[str, str]:
    """Return the kind of the outcome, and its reason."""
    if reading is None:
        return NOT_COMPILED, ""
    if not reading.accepted and case.valid:
        return REJECT, reading.problem
    if reading.accepted and not case.valid:
        kept = not reading.written or same(case.value, reading.written[0])
        return ACCEPT, "" if kept else difference(case.value, reading.written[0])
    if not case.valid:
        return RIGHT, ""
    if not reading.written:
        return LOSSY, reading.problem
    written = reading.written[0]
    if same(case.value, written):
        return RIGHT, ""
    if not keep_unknown and only_unknown(case.value, written, schema):
        return DROPPED, ""
    return LOSSY, difference(case.value, written)


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal: 1 equals 1.0, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other if isinstance(one, str) else bool(one == other)


def difference(sent: Any, written: Any) -> str:
    """Name the first difference of two values."""
    if isinstance(sent, dict) and isinstance(written, dict):
        if missing := sent.keys() - written.keys():
            return f"loses the field {min(missing)!r}"
        if added := written.keys() - sent.keys():
            return f"gains the field {min(added)!r}"
        return next(difference(value, written[key]) for key, value in sent.items() if not same(value, written[key]))
    if isinstance(sent, list) and isinstance(written, list) and len(sent) == len(written):
        return next(difference(*pair) for pair in zip(sent, written, strict=True) if not same(*pair))
    return f"a {type(sent).__name__} becomes a {type(written).__name__}"


def only_unknown(sent: Any, written: Any, schema: Any) -> bool:
    """Return whether a value was written back without fields that its schema does not mention, and is else the same."""
    lost = set(_lost(sent, written))
    known = set(_mentioned(schema, "properties"))
    patterns = list(_mentioned(schema, "patternProperties"))
    return bool(lost) and not any(
        name is None or name in known or any(re.search(pattern, name) for pattern in patterns) for name in lost
    )


def _lost(sent: Any, written: Any) -> Iterator[str | None]:
    """Yield the fields that are missing, and None for any other difference."""
    if isinstance(sent, dict) and isinstance(written, dict) and written.keys() <= sent.keys():
        yield from sent.keys() - written.keys()
        for key, value in written.items():
            yield from _lost(sent[key], value)
    elif isinstance(sent, list) and isinstance(written, list) and len(sent) == len(written):
        for pair in zip(sent, written, strict=True):
            yield from _lost(*pair)
    elif not same(sent, written):
        yield None


def _mentioned(schema: Any, keyword: str) -> Iterator[str]:
    """Yield the names in a keyword, wherever it is in a schema."""
    if isinstance(schema, dict):
        names = schema.get(keyword)
        yield from names if isinstance(names, dict) else ()
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for part in inner:
        yield from _mentioned(part, keyword)
