"""A model as JSON that every reader can read: neither NaN nor numbers beyond a double, and not nested too deeply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

import orjson
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, from_json, to_json
from topicwright.errors import EncodeError

SHALLOW: Final = 190
"""How many brackets cannot be too deep for pydantic's reader, whose limit is 200 levels."""
DIGITS: Final = 308
"""How many digits a whole number may have that is surely within a double's range."""
STEP: Final = 16
LONG_NUMBER: Final = re.compile(rb"[0-9]{%d}" % (DIGITS // STEP))
"""What more digits leave when only each ``STEP``-th byte is looked at, which is fast, and rare in anything else."""
LETTER_N, LETTER_I, ARRAY, OBJECT = b"NI[{"
MOST: Final = 4096
"""How many types are remembered, for programs that make them as they go."""

_known: dict[type, tuple[Callable[[Any], bytes], bool]] = {}
"""For each type that was written: how it is, and whether its values may be nested to any depth."""


def dump(data: object) -> bytes:
    """Return ``data`` as JSON, in pydantic's JSON mode where JSON has no form of its own.

    Raises:
        EncodeError: it holds NaN, an infinity, or something that has no JSON form.
    """
    kind = type(data)
    known = _known.get(kind)
    try:
        raw = to_json(data) if known is None else known[0](data)
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise EncodeError(f"{kind.__name__} cannot be written as JSON: {error}") from None
    size, deep = len(raw), known is None or known[1]
    # Free-form maps may hold what JSON does not have. A letter is found much faster than a word, and both are rare.
    if (LETTER_N in raw and b"NaN" in raw) or (LETTER_I in raw and b"Infinity" in raw):
        try:
            orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise EncodeError(f"{kind.__name__} holds NaN or an infinity, which JSON does not have") from None
    if size > DIGITS and LONG_NUMBER.search(raw[::STEP]):
        _check_numbers(raw, kind.__name__)
    if deep and size > 2 * SHALLOW and raw.count(ARRAY) + raw.count(OBJECT) > SHALLOW:
        _check_depth(raw, kind.__name__)
    if known is None and isinstance(data, BaseModel):
        _learn(kind)
    return raw


def _learn(kind: Any) -> None:
    """Remember a model, which writing the first of it has built."""
    if len(_known) >= MOST:
        _known.clear()
    _known[kind] = kind.__pydantic_serializer__.to_json, not is_bounded(kind.__pydantic_core_schema__)


# fmt: off
LEAVES: Final = frozenset((
    "none", "bool", "int", "float", "decimal", "str", "bytes", "date", "time", "datetime", "timedelta", "literal",
    "enum", "uuid", "url",
))
INNER: Final = frozenset((
    "model", "model-fields", "model-field", "list", "set", "frozenset", "tuple", "nullable", "default", "union",
    "tagged-union", "function-after",
))
# fmt: on


def is_bounded(schema: Mapping[str, Any]) -> bool:
    """Return whether a pydantic schema, with all that it names, says how deep its values are; False where unsure."""
    if schema["type"] in LEAVES:
        return True
    is_open = "allow" in (schema.get("extra_behavior"), schema.get("config", {}).get("extra_fields_behavior"))
    known = schema["type"] in INNER and not is_open and "serialization" not in schema
    return known and all(map(is_bounded, _parts(schema)))


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas that stand inside of one."""
    for name in ("schema", "items_schema", "fields", "choices"):
        held = schema.get(name, ())
        if isinstance(held, Mapping):
            parts = cast("Mapping[str, Any]", held)
            yield from (parts,) if name.endswith("schema") else parts.values()
        else:  # a choice may have a label
            yield from (item[0] if isinstance(item, tuple) else item for item in held)


def _check_numbers(raw: bytes, name: str) -> None:
    """Refuse whole numbers beyond what a double holds: readers take them for infinities."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise EncodeError(f"{name} holds a number above 1.8e308, which readers take for an infinity") from None


def _check_depth(raw: bytes, name: str) -> None:
    """Refuse what is nested deeper than our reader goes, with the envelope's own levels around it."""
    try:
        from_json(b"[[%b]]" % raw)
    except ValueError as error:
        if "recursion limit" in str(error):
            raise EncodeError(f"{name} is nested too deeply to be read again") from None
