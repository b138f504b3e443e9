"""Default values: whether they fit their own schema, and how Python writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from topicwright_codegen.diagnostics import Diagnostics
from topicwright_codegen.documents import Node
from topicwright_codegen.keywords import Flat
from topicwright_codegen.values import Map, Seq, Value, kind_of

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (Seq,),
    "object": (Map,),
}
_FORMATS: dict[str, Callable[[str], date | UUID]] = {
    "date-time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
}


def check_default(said: Node, schema: Flat, diagnostics: Diagnostics) -> bool:
    """Tell whether a default is one that its own schema allows, and report it where not.

    To JSON Schema a default is a note (draft 7, section 10.2), and documents with a wrong one are valid.
    """
    problem = _problem(said.value, schema)
    if problem:
        hint = "correct it: the generated field has no default"
        diagnostics.warning("TW423", problem, said, hint)
    return not problem


def _problem(value: Value, schema: Flat) -> str:
    values, kind = schema.get("enum"), schema.get("type")
    if isinstance(values, list):
        return "" if value in values else f"default {value!r} is not among the enum values"
    if isinstance(kind, str) and not _fits(value, kind):
        return f"the default is {kind_of(value)}, and the type is {kind}"
    if isinstance(kind, str) and "format" in schema and not _has_format(value, str(schema["format"])):
        return f"default {value!r} is not a {schema['format']}"
    return ""


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


def written(value: Value, schema: Flat) -> str | None:
    """Return the Python expression of an immutable default; None for one that each object needs its own copy of."""
    if isinstance(value, (Map, Seq)):
        return None
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return repr(float(value))
    if schema.get("type") == "integer" and isinstance(value, float):
        return repr(int(value))
    match schema.get("format"):
        case "date-time":
            return f"datetime.fromisoformat({value!r})"
        case "date":
            return f"date.fromisoformat({value!r})"
        case "uuid":
            return f"UUID({value!r})"
        case _:
            return repr(value)
