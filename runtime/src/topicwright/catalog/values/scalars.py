"""Scalars as JSON Schema means them: a text is no number, 5.0 is an integer, and what is read is written back.

The core schemas of pydantic are exchanged when a model is built. What is left for each value runs in pydantic's own
code; only 5.0 for an integer, and times and UUIDs that are written in an unusual way, are read in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, cast

from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from topicwright.catalog.values.texts_kept import CANONICAL_TIME, CANONICAL_UUID, UUID_TEXT, time_of, uuid_of, written

LEAF: Final = "topicwright_scalar"
"""The metadata of a schema that is one of these scalars: the kind of the schema that it is made of."""
LISTED: Final = "topicwright_listed"
"""The metadata of a literal: its values."""
OPAQUE: Final = frozenset({"cls", "default", "default_factory", "metadata", "serialization", "ref", "schema_ref"})
"""Parts of a pydantic schema that contain no schemas to be validated."""
_EXACT: Final = 2.0**53
"""Below it each integer is a double of its own (IEEE 754)."""
_LEAST, _MOST = ("ge", "gt"), ("le", "lt")
_BOUNDS: Final = (*_LEAST, *_MOST, "multiple_of")
Node = Mapping[str, Any]


def is_scalar(schema: Node) -> bool:
    """Return whether a core schema is a scalar of this module."""
    return LEAF in cast("Node", schema.get("metadata") or {})


def kind_of(schema: Node) -> str:
    """Return the kind of a core schema: that of the one which a scalar of this module is made of."""
    metadata = cast("Node", schema.get("metadata") or {})
    return str(metadata.get(LEAF) or schema["type"])


def listed_in(schema: Node) -> list[Any]:
    """Return the values of a literal; none for another schema."""
    metadata = cast("Node", schema.get("metadata") or {})
    listed: list[Any] = metadata.get(LISTED) or schema.get("expected") or []
    return listed


def exact_scalar(schema: Node) -> Any:
    """Return the core schema that takes the same scalar as JSON Schema does; the schema itself where it is none."""
    make = _EXACTLY.get(schema["type"])
    made = schema if make is None else make(schema)
    if made is schema:
        return schema
    listed = {LISTED: schema["expected"]} if schema["type"] == "literal" else {}
    # In JSON Schema it is what it was made of.
    as_made = {"pydantic_js_functions": [partial(_json_schema, schema)]}
    return {**made, "metadata": {LEAF: schema["type"], **listed, **as_made}}


def _json_schema(schema: Node, _: Any, handler: Callable[[Node], Any]) -> Any:
    return handler(schema)


def _leaf(schema: Any, **more: Any) -> Any:
    return {**schema, **more}


def _whole(value: float) -> int:
    if value.is_integer():
        return int(value)
    raise PydanticCustomError("int_type", "Input should be a valid integer")


def _integer(schema: Node) -> Any:
    whole = core_schema.no_info_after_validator_function(_whole, core_schema.float_schema(strict=True))
    number = core_schema.union_schema(
        [core_schema.int_schema(strict=True), whole], mode="left_to_right", custom_error_type="int_type"
    )
    bounds = {key: schema[key] for key in _BOUNDS if key in schema}
    if bounds:
        return _leaf(core_schema.chain_schema([number, core_schema.int_schema(**bounds)]), serialization=_AS_INT)
    return _leaf(number, serialization=_AS_INT)


def _number(schema: Node) -> Any:
    bounds = {key: schema[key] for key in _BOUNDS if key in schema}
    number: CoreSchema = core_schema.float_schema(strict=True, allow_inf_nan=False, **bounds)
    if not _is_exact(schema):
        # Of a larger integer a double would have other digits.
        number = core_schema.union_schema(
            [
                core_schema.float_schema(strict=True, gt=-_EXACT, lt=_EXACT),
                core_schema.int_schema(strict=True),
                core_schema.float_schema(strict=True, allow_inf_nan=False),
            ],
            mode="left_to_right",
            custom_error_type="float_type",
        )
        if bounds:
            words = [_WORDS[key].format(value) for key, value in bounds.items()]
            within = core_schema.union_schema(
                [_int(bounds), core_schema.float_schema(**bounds)],
                custom_error_type="out_of_bounds",
                custom_error_message=f"Input should be {' and '.join(words)}",
            )
            number = core_schema.chain_schema([number, within])
        return _leaf(number, serialization=_AS_FLOAT)
    return _leaf(number)


def _is_exact(schema: Node) -> bool:
    """Return whether a number's bounds exclude the integers that a double does not have."""
    least = [schema[key] for key in _LEAST if key in schema]
    most = [schema[key] for key in _MOST if key in schema]
    return bool(least and most) and min(least) >= -_EXACT and max(most) <= _EXACT


def _int(bounds: Mapping[str, Any]) -> CoreSchema:
    whole = {key: value for key, value in bounds.items() if float(value).is_integer()}
    limits: dict[str, Any] = {key: int(value) for key, value in whole.items()}
    return core_schema.int_schema(strict=True, **limits)


def _boolean(schema: Node) -> Any:
    return _leaf(core_schema.bool_schema(strict=True))


def _text(schema: Node) -> Any:
    return _leaf(schema, strict=True)


def _time(schema: Node) -> Any:
    canonical = core_schema.chain_schema(
        [core_schema.str_schema(strict=True, pattern=CANONICAL_TIME), core_schema.datetime_schema()]
    )
    other = core_schema.no_info_after_validator_function(time_of, core_schema.str_schema(strict=True))
    read = core_schema.union_schema([canonical, other], mode="left_to_right")
    return _kept(read, core_schema.datetime_schema(strict=True, tz_constraint="aware"), "date_time")


def _date(schema: Node) -> Any:
    text = core_schema.str_schema(strict=True, pattern=r"^\d{4}-\d\d-\d\d$")
    read = core_schema.chain_schema([text, core_schema.date_schema()])
    return _kept(read, core_schema.date_schema(strict=True), "date")


def _uuid(schema: Node) -> Any:
    canonical = core_schema.chain_schema(
        [core_schema.str_schema(strict=True, pattern=CANONICAL_UUID), core_schema.uuid_schema()]
    )
    text = core_schema.str_schema(strict=True, pattern=UUID_TEXT)
    other = core_schema.no_info_after_validator_function(uuid_of, text)
    read = core_schema.union_schema([canonical, other], mode="left_to_right")
    return _kept(read, core_schema.uuid_schema(strict=True), "uuid")


def _kept(read: CoreSchema, constructed: CoreSchema, error: str) -> Any:
    """Return a schema of values that are objects in Python, texts in JSON, and written as they were read.

    A constructor takes the text too: defaults and headers are made of texts.
    """

    def told(choices: list[CoreSchema]) -> CoreSchema:
        return core_schema.union_schema(
            [*choices], mode="left_to_right", custom_error_type=error, custom_error_message=_EXPECTED[error]
        )

    serialization = core_schema.plain_serializer_function_ser_schema(
        written, return_schema=core_schema.any_schema(), when_used="json"
    )
    schema = core_schema.json_or_python_schema(told([read]), told([constructed, read]))
    return _leaf(schema, serialization=serialization)


def _literal(schema: Node) -> Any:
    expected: list[Any] = schema["expected"]
    kinds: dict[type, list[Any]] = {}
    for value in expected:
        kinds.setdefault(cast("type", value.__class__), []).append(value)
    if not kinds.keys() & {int, bool}:
        return schema
    first: dict[type, Callable[[], CoreSchema]] = {
        int: lambda: _integer({}),
        bool: lambda: core_schema.bool_schema(strict=True),
    }
    parts: list[CoreSchema | tuple[CoreSchema, str]] = []
    for kind, values in kinds.items():
        literal = core_schema.literal_schema(values)
        parts.append(core_schema.chain_schema([first[kind](), literal]) if kind in first else literal)
    texts = [repr(value) for value in expected]
    names = texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
    union = core_schema.union_schema(
        parts,
        mode="left_to_right",
        custom_error_type="literal_error",
        custom_error_context={"expected": names},
    )
    return _leaf(union, serialization=core_schema.simple_ser_schema("any"))


_EXPECTED: Final = {
    "date_time": "Input should be a date and a time with their time zone (RFC 3339, section 5.6)",
    "date": "Input should be a date (RFC 3339, section 5.6)",
    "uuid": "Input should be a UUID (RFC 9562, section 4)",
}
_WORDS: Final = {
    "ge": "greater than or equal to {}",
    "gt": "greater than {}",
    "le": "less than or equal to {}",
    "lt": "less than {}",
    "multiple_of": "a multiple of {}",
}
_AS_INT: Final = core_schema.simple_ser_schema("int")
_AS_FLOAT: Final = core_schema.simple_ser_schema("any")
_EXACTLY: Final[dict[str, Callable[[Node], Any]]] = {
    "int": _integer,
    "float": _number,
    "bool": _boolean,
    "str": _text,
    "datetime": _time,
    "date": _date,
    "uuid": _uuid,
    "literal": _literal,
}
