"""What the fields of a generated model mean, for its JSON Schema: read from its source when it is asked for."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from pydantic.json_schema import JsonSchemaValue


def described(schema: JsonSchemaValue, model: type) -> JsonSchemaValue:
    """Return the JSON Schema of a model with the descriptions of its fields, as the docstrings below them say."""
    texts = descriptions(model)
    properties = {
        name: {**field, "description": texts[name]} if name in texts and "description" not in field else field
        for name, field in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


@cache
def descriptions(model: type) -> dict[str, str]:
    """Return the docstrings of a model's fields, by the names that they have in JSON; none where there is no source."""
    texts = {name: text for base in reversed(model.__mro__) for name, text in _docstrings(base)}
    aliases = {name: field.alias or name for name, field in getattr(model, "__pydantic_fields__", {}).items()}
    return {aliases.get(name, name): text for name, text in texts.items()}


def _docstrings(model: type) -> Iterator[tuple[str, str]]:
    if not hasattr(model, "__pydantic_fields__"):
        return
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for field, text in pairwise(body):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str):
            yield field.target.id, inspect.cleandoc(text.value.value)
