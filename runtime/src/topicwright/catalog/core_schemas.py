"""The core schemas of generated models: exact scalars, recorded free-form values, absent fields that stay absent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema
from topicwright.catalog.free_form import record, records_free_form
from topicwright.catalog.values.lenient import Lenient, may_be_absent
from topicwright.catalog.values.scalars import OPAQUE, exact_scalar, is_scalar


class Marker:
    """What a generated model says about a field beside its type."""

    def __init__(self, name: str) -> None:
        self.name = name


UNLESS_SET: Final = Marker("unless set")
"""The field is left out of the JSON unless it was set or received: null is a value of it."""
IN_EVERY_MESSAGE: Final = Marker("in every message")
"""The field is required, so a message without it is invalid; the constructor fills in its default."""


def exact(schema: Any, model: type | None = None) -> Any:
    """Return a pydantic schema whose scalars are exact; the schemas of models other than ``model`` are so already."""
    if isinstance(schema, dict):
        node = cast("dict[str, Any]", schema)
        kind = node.get("type")
        if not isinstance(kind, str):
            return {key: exact(value, model) for key, value in node.items()}
        if is_scalar(node) or records_free_form(node) or (kind == "model" and node["cls"] is not model):
            return node
        if kind == "any":
            return core_schema.with_info_after_validator_function(record, cast("CoreSchema", node))
        scalar = exact_scalar(node)
        if scalar is not node:
            return scalar
        return {key: value if key in OPAQUE else exact(value, model) for key, value in node.items()}
    if isinstance(schema, (list, tuple)):
        items = [exact(item, model) for item in cast("Sequence[Any]", schema)]
        return items if isinstance(schema, list) else tuple(items)
    return schema


def exact_model(schema: Any, model: type, fields: Mapping[str, FieldInfo]) -> Any:
    """Return the schema of a model, its constructor filling in what a reader leaves absent."""
    return _with_two_ways(exact(schema, model), model, fields)


def _with_two_ways(schema: Any, model: type, fields: Mapping[str, FieldInfo]) -> Any:
    if schema["type"] == "definitions":
        inner = [_with_two_ways(one, model, fields) for one in schema["definitions"]]
        return {**schema, "schema": _with_two_ways(schema["schema"], model, fields), "definitions": inner}
    if schema["type"] != "model" or schema["cls"] is not model or schema["schema"]["type"] != "model-fields":
        return schema
    filled = [name for name, field in fields.items() if _is_filled(field)]
    omittable = {name for name, field in fields.items() if field.exclude_if is not None}
    if not filled and not omittable:
        return schema
    required = {name for name in filled if IN_EVERY_MESSAGE in fields[name].metadata}
    members = schema["schema"]
    read = {
        name: _without(field, "default") if name in required else _not_null(field) if name in omittable else field
        for name, field in members["fields"].items()
    }
    for name, field in read.items():
        for marker in fields[name].metadata:
            if isinstance(marker, Lenient):
                read[name] = may_be_absent(field, marker.names)
    written = core_schema.no_info_after_validator_function(_filling(filled), members) if filled else members
    received: Any = {**members, "fields": read}
    return {**schema, "schema": core_schema.json_or_python_schema(received, written)}


def _is_filled(field: FieldInfo) -> bool:
    """Return whether a constructor fills in a field: it has a default that is sent."""
    return not field.is_required() and UNLESS_SET not in field.metadata and field.exclude_if is None


def _without(schema: Mapping[str, Any], kind: str) -> Any:
    """Return a schema without the part of one kind around what is in it."""
    inner = schema["schema"]
    return {**schema, "schema": inner["schema"]} if inner["type"] == kind else schema


def _not_null(field: Mapping[str, Any]) -> Any:
    """Return a field that may be absent in a message, and is not null there."""
    return {**field, "schema": _without(field["schema"], "nullable")} if field["schema"]["type"] == "default" else field


def _filling(names: Sequence[str]) -> Callable[[Any], Any]:
    def fill(value: Any) -> Any:
        value[2].update(names)  # the fields that are set, which are those that are written
        return value

    return fill
