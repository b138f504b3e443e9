"""Default values: whether they fit their own schema, and how Python writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID

from jsonschema_rs import Draft202012Validator

from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, Value, kind_of, plain
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.json_schema.definitions import Judges
from topicwright_codegen.schemas.json_schema.option_names import listed_values

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (Seq,),
    "object": (Map,),
}
_BEYOND = frozenset(
    (
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern", "oneOf", "anyOf", "allOf", "const", "enum"),
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "properties", "required", "not"),
        *("additionalProperties", "patternProperties", "minProperties", "maxProperties", "propertyNames"),
    )
)
"""The keywords that a default of the right type can violate."""
_FORMATS: dict[str, Callable[[str], date | UUID]] = {
    "date-time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
}


def check_default(default: Node, schema: Flat, node: Node, source: Source) -> bool:
    """Return whether a default is valid for its own schema, and report it where it is not.

    In JSON Schema a default is an annotation (draft 7, section 10.2): documents with a wrong one are valid.
    """
    problem = _problem(default.value, schema) or _violation(default.value, node, source)
    if problem:
        hint = "correct it: the generated field has no default"
        source.diagnostics.warning("TW423", problem, default, hint)
    return not problem


def only_value(schema: Flat, node: Node) -> tuple[Value, ...]:
    """Return the value of a type that has one only, a constant; nothing where it has more.

    The type counts before the schema ``node``: a discriminator may have narrowed it.
    """
    values = schema.get("enum")
    listed = cast("Sequence[Value]", values) if isinstance(values, list) else listed_values(node) or ()
    return (listed[0],) if len(listed) == 1 else ()


def _problem(value: Value, schema: Flat) -> str:
    values, kind = schema.get("enum"), schema.get("type")
    if isinstance(values, list):
        return "" if value in values else f"default {value!r} is not among the enum values"
    if isinstance(kind, str) and not _fits(value, kind):
        return f"the default is {kind_of(value)}, and the type is {kind}"
    if isinstance(kind, str) and "format" in schema and not _has_format(value, str(schema["format"])):
        return f"default {value!r} is not a {schema['format']}"
    return ""


def _violation(value: Value, node: Node, source: Source) -> str:
    """Return how a default violates a keyword of its schema; empty where it does not."""
    if not isinstance(node.value, Map) or not any(key in _BEYOND for key in node.value):
        return ""
    judges = Judges(source)
    name = judges.of(node, "Default")
    try:
        validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": judges.needed(iter([name]))})
    except ValueError:  # no valid schema, which is reported elsewhere
        return ""
    error = next(validator.iter_errors(plain(value)), None)
    return f"default {_short(value)}: {_clipped(error.message)}" if error is not None else ""


def _short(value: Value) -> str:
    return _clipped(repr(plain(value)))


def _clipped(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."


def _fits(value: Value, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS.get(kind, (object,)))


def _has_format(value: Value, name: str) -> bool:
    try:
        parsed = _FORMATS[name](str(value))
    except ValueError:
        return False
    return not isinstance(parsed, datetime) or parsed.tzinfo is not None
