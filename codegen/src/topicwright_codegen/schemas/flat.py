"""The flat form of schemas: plain dicts and lists, whitelisted keywords only, other types by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

Flat: TypeAlias = dict[str, object]
"""A schema of the flat form."""
JSON_SCHEMA = "x-json-schema"
"""The keyword for what no Python type expresses: a JSON Schema without references that the model checks itself."""
_DEFINITION = "#/$defs/T"


def reference_to(number: int) -> Flat:
    """Return the reference to a type."""
    return {"$ref": f"{_DEFINITION}{number}"}


def reference_of(schema: Mapping[str, object]) -> int | None:
    """Return the number of the type that a schema refers to; None where it is not a reference."""
    reference = schema.get("$ref")
    return None if reference is None else int(str(reference).removeprefix(_DEFINITION))


def branches_of(schema: Flat) -> list[Flat]:
    """Return the branches of a union."""
    return cast("list[Flat]", schema.get("anyOf", []))


def asserts_of(schema: Flat) -> Flat:
    """Return what a schema asserts beyond its Python type."""
    asserts = schema.get(JSON_SCHEMA)
    return cast(Flat, asserts) if isinstance(asserts, dict) else {}


def with_asserts(schema: Flat, asserts: Flat) -> Flat:
    """Return a schema that asserts this beyond its Python type, and nothing else."""
    return {**schema, JSON_SCHEMA: asserts} if asserts else schema


def without_asserts(schema: Flat) -> Flat:
    """Return a schema without what it asserts beyond its Python type."""
    return {key: value for key, value in schema.items() if key != JSON_SCHEMA}
