"""The flat form of schemas: plain dicts and lists, whitelisted keywords only, other types by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

Flat: TypeAlias = dict[str, object]
"""A schema of the flat form."""
LIST: Flat = {"type": "array", "items": {}}
"""A list of anything."""
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


def union_of(branches: list[Flat]) -> Flat:
    """Return the union of schemas, each once; of one the schema itself."""
    different = [branch for at, branch in enumerate(branches) if branch not in branches[:at]]
    return {"anyOf": different} if len(different) > 1 else different[0] if different else {}
