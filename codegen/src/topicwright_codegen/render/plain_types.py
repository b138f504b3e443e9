"""The annotations of the simplest schemas, made here: nine fields of ten need no library that takes a second to load.

Each equals what datamodel-code-generator makes of the same schema, which is tested; it makes all others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import cast

from topicwright_codegen.schemas.flat import Flat

NEEDS: Mapping[str, str] = {"Annotated": "typing", "Field": "pydantic", "Literal": "typing"}
"""Where the names come from that these annotations use."""
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_BOUNDS = {"minimum": "ge", "maximum": "le"}
_WORD = re.compile(r"[\w .:/-]*\Z", re.ASCII)


def plain_type(schema: Flat) -> ast.expr | None:
    """Return the annotation of a schema, None where it is not among the simplest."""
    if schema.keys() == {"enum"}:
        return _enum(schema["enum"])
    if schema.get("type") in ("integer", "number") and schema.keys() - {"type"} and schema.keys() <= {"type", *_BOUNDS}:
        return _bounded(_SCALARS[str(schema["type"])], schema)
    return _simple(schema)


def _simple(schema: Flat) -> ast.expr | None:
    """Return the annotation of a schema that may be inside another one."""
    if schema.keys() == {"$ref"}:
        return ast.Name(str(schema["$ref"]).rpartition("/")[2])
    if schema.keys() == {"type"} and schema["type"] in _SCALARS:
        return ast.Name(_SCALARS[str(schema["type"])])
    if schema.keys() == {"type", "items"} and schema["type"] == "array":
        items = _simple(cast("Flat", schema["items"]))
        return items and ast.Subscript(ast.Name("list"), items)
    return _optional(schema["anyOf"]) if schema.keys() == {"anyOf"} else None


def _enum(values: object) -> ast.expr | None:
    """Return a Literal of texts that need no escapes."""
    assert isinstance(values, list)
    texts = cast("list[object]", values)
    if not all(isinstance(text, str) and _WORD.match(text) for text in texts):
        return None
    constants: list[ast.expr] = [ast.Constant(str(text)) for text in texts]
    return ast.Subscript(ast.Name("Literal"), ast.Tuple(constants) if len(constants) > 1 else constants[0])


def _bounded(kind: str, schema: Flat) -> ast.expr | None:
    keywords: list[ast.keyword] = []
    for key, name in _BOUNDS.items():
        bound = schema.get(key)
        if isinstance(bound, (int, float)) and type(bound).__name__ == kind:
            keywords.append(ast.keyword(name, ast.Constant(bound)))
        elif key in schema:
            return None
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple([ast.Name(kind), ast.Call(ast.Name("Field"), [], keywords)]))


def _optional(branches: object) -> ast.expr | None:
    """Return the annotation of one type or null."""
    first, *rest = cast("list[Flat]", branches)
    inner = _simple(first) if rest == [{"type": "null"}] and "anyOf" not in first else None
    return inner and ast.BinOp(inner, ast.BitOr(), ast.Constant(None))
