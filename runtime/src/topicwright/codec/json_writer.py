"""Writes JSON that every reader can read: without NaN, without numbers beyond a double, and not nested too deeply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, cast

import orjson
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, from_json, to_json
from topicwright.catalog.model import Model, RootModel
from topicwright.catalog.values.scalars import OPAQUE, is_scalar
from topicwright.errors import EncodeError

MAX_BRACKETS: Final = 190
"""A number of brackets that cannot exceed the limit of pydantic's reader, which is 200 levels."""
SAFE_DIGITS: Final = 308
"""A number of digits for which a whole number is within a double's range."""
STEP: Final = 16
LONG_NUMBER: Final = re.compile(rb"[0-9]{%d}" % (SAFE_DIGITS // STEP))
"""Matches a longer number in every ``STEP``-th byte of the JSON: a fast test, and rarely true for anything else."""
LETTER_N, LETTER_I, ARRAY, OBJECT = b"NI[{"
MAX_TYPES: Final = 4096
"""At most this many types are remembered, for programs that create types as they run."""

_known: dict[type, tuple[Callable[..., bytes], bool, bool]] = {}
"""For each type that was written: its serializer, whether fields that are not set are left out, and whether its values
may be nested to any depth.
"""


def dump(data: object) -> bytes:
    """Return ``data`` as JSON, with pydantic's JSON mode for types that JSON does not have.

    Each check has a cheap test in front of it, since almost all data passes.

    Raises:
        EncodeError: it contains NaN, an infinity, or a value that has no JSON form.
    """
    kind = type(data)
    known = _known.get(kind)
    try:
        if known is None:
            deep, raw = True, _first(data)
        else:
            write, sparse, deep = known
            raw = write(data, exclude_unset=True) if sparse else write(data)
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise EncodeError(f"{kind.__name__} cannot be written as JSON: {error}") from None
    size = len(raw)
    # A letter is found much faster than a word, and both are rare.
    if (LETTER_N in raw and b"NaN" in raw) or (LETTER_I in raw and b"Infinity" in raw):
        _check_finite(raw, kind.__name__)
    if size > SAFE_DIGITS and LONG_NUMBER.search(raw[::STEP]):
        _check_numbers(raw, kind.__name__)
    if deep and size > 2 * MAX_BRACKETS and raw.count(ARRAY) + raw.count(OBJECT) > MAX_BRACKETS:
        _check_depth(raw, kind.__name__)
    if known is None and isinstance(data, BaseModel):
        _remember(kind)
    return raw


def _first(data: object) -> bytes:
    """Write the first object of a class; that builds its serializer."""
    if not isinstance(data, BaseModel):
        return to_json(data)
    write, sparse = _writer(type(data))
    return write(data, exclude_unset=True) if sparse else write(data)


def _writer(kind: Any) -> tuple[Callable[..., bytes], bool]:
    """Return what writes the objects of a model, and whether it is to leave out fields that are not set.

    Models that are not generated are written by their aliases, as they are read, unless their configuration says how.
    """
    write: Callable[..., bytes] = kind.__pydantic_serializer__.to_json
    if issubclass(kind, (Model, RootModel)):
        return write, _has_defaults(kind.__pydantic_core_schema__)
    return write if "serialize_by_alias" in kind.model_config else partial(write, by_alias=True), False


def _has_defaults(schema: object) -> bool:
    """Return whether a field of a model can be absent in a message and would be written all the same."""
    if isinstance(schema, Mapping):
        node = cast("Mapping[str, Any]", schema)
        is_field = node.get("type") == "model-field" and "serialization_exclude_if" not in node
        if is_field and node["schema"]["type"] == "default":
            return True
        return any(_has_defaults(value) for key, value in node.items() if key not in OPAQUE)
    return isinstance(schema, (list, tuple)) and any(map(_has_defaults, cast("list[object]", schema)))


def _remember(kind: Any) -> None:
    """Remember a model class; writing its first instance has built its serializer."""
    if len(_known) >= MAX_TYPES:
        _known.clear()
    _known[kind] = *_writer(kind), not is_bounded(kind.__pydantic_core_schema__)


# fmt: off
PLAIN_LEAVES: Final = frozenset((
    "none", "bool", "int", "float", "decimal", "str", "bytes", "date", "time", "datetime", "timedelta", "literal",
    "enum", "uuid", "url",
))
PLAIN_CONTAINERS: Final = frozenset((
    "model", "model-fields", "model-field", "list", "set", "frozenset", "tuple", "nullable", "default", "union",
    "tagged-union", "function-after", "json-or-python",
))
# fmt: on


def is_bounded(schema: Mapping[str, Any]) -> bool:
    """Return whether a pydantic schema limits how deep its values are nested; False if unsure."""
    if schema["type"] in PLAIN_LEAVES or is_scalar(schema):
        return True
    is_open = "allow" in (schema.get("extra_behavior"), schema.get("config", {}).get("extra_fields_behavior"))
    known = schema["type"] in PLAIN_CONTAINERS and not is_open and "serialization" not in schema
    return known and all(map(is_bounded, _parts(schema)))


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas directly inside a schema."""
    for name in ("schema", "items_schema", "fields", "choices", "json_schema", "python_schema"):
        inner = schema.get(name, ())
        if isinstance(inner, Mapping):
            parts = cast("Mapping[str, Any]", inner)
            yield from (parts,) if name.endswith("schema") else parts.values()
        else:  # a choice may have a label
            yield from (item[0] if isinstance(item, tuple) else item for item in inner)


def _check_finite(raw: bytes, name: str) -> None:
    """Refuse NaN and infinities, which free-form values may contain."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise EncodeError(f"{name} contains NaN or an infinity, which JSON does not have") from None


def _check_numbers(raw: bytes, name: str) -> None:
    """Refuse whole numbers beyond a double: readers take them for infinities."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise EncodeError(f"{name} contains a number above 1.8e308, which readers take for an infinity") from None


def _check_depth(raw: bytes, name: str) -> None:
    """Refuse data that is nested too deeply for our reader, with the levels of the envelope around it."""
    try:
        from_json(b"[[%b]]" % raw)
    except ValueError as error:
        if "recursion limit" in str(error):
            raise EncodeError(f"{name} is nested too deeply to be read again") from None
