"""Payload schemas of other people's documents, and changes of them as people make them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from functools import cache
from typing import Any, TypeAlias

from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.review.schemas.judging.bundles import Bundle
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.codegen.support.corpus import rows

Schema: TypeAlias = dict[str, Any]
_LARGEST = 20_000
_TABLES = ("properties", "patternProperties", "$defs", "dependentSchemas")
_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems", "items", "contains", "additionalProperties", "not")
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf")
_ADDED: tuple[Schema, ...] = (
    {"minLength": 3},
    {"maxLength": 5},
    {"minimum": 1},
    {"maximum": 10},
    {"pattern": "^[a-z]+$"},
    {"minItems": 1},
    {"maxItems": 2},
    {"additionalProperties": False},
    {"minProperties": 2},
    {"enum": ["a", "b"]},
    {"const": "a"},
    {"format": "date-time"},
    {"multipleOf": 5},
    {"uniqueItems": True},
)


@cache
def real_schemas() -> list[Schema]:
    """Return the payload schemas of the corpus, each with what it refers to; none where the corpus is not here."""
    found: dict[str, Schema] = {}
    for row in rows():
        with suppress(CompileError, ValueError):
            side = read_side([row.source], unique_package(), row.access)
            for topic in side.catalog.topics:
                if topic.payload is not None:
                    schema = Bundle.of(topic.payload.node, side.source).schema
                    text = json.dumps(schema, sort_keys=True, default=str)
                    if len(text) < _LARGEST:
                        found.setdefault(text, json.loads(text))
    return [found[text] for text in sorted(found)]


def parts(schema: object) -> Iterator[Schema]:
    """Yield the schemas inside a schema, itself first."""
    if isinstance(schema, list):
        for item in schema:
            yield from parts(item)
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in schema.items():
        if key in _TABLES:
            yield from parts(list(value.values()))
        elif key in _SCHEMAS:
            yield from parts(value)


def changed(schema: Schema, chance: random.Random) -> Schema:
    """Return a schema with one or two changes, such as people make."""
    new = deepcopy(schema)
    for _ in range(chance.choice((1, 1, 2))):
        known = [part for part in parts(new) if part is not new]
        chance.shuffle(known)
        changes = list(CHANGES)
        chance.shuffle(changes)
        any(change(part, chance) for part in known[:3] for change in changes)
    return new


def _other_bound(part: Schema, chance: random.Random) -> bool:
    keys = [key for key in _BOUNDS if isinstance(part.get(key), (int, float))]
    if keys:
        key = chance.choice(keys)
        part[key] = max(1, part[key] + chance.choice((-1, 1, 5)))
    return bool(keys)


def _added_keyword(part: Schema, chance: random.Random) -> bool:
    if "$ref" in part:
        return False
    part.update(chance.choice(_ADDED))
    return True


def _lost_keyword(part: Schema, chance: random.Random) -> bool:
    keys = [key for key in part if key not in ("$ref", "title", "description", "properties", "type")]
    if keys:
        del part[chance.choice(keys)]
    return bool(keys)


def _other_type(part: Schema, chance: random.Random) -> bool:
    if "type" not in part:
        return False
    kinds = ["string", "integer", "number", "boolean", "null", ["string", "null"], ["integer", "string"]]
    part["type"] = chance.choice(kinds)
    return True


def _other_values(part: Schema, chance: random.Random) -> bool:
    values = part.get("enum")
    if not values:
        return False
    match chance.randrange(3):
        case 0 if len(values) > 1:
            values.remove(chance.choice(values))
        case 1:
            chance.shuffle(values)
        case _:
            values.append("a value that is new")
    return True


def _other_required(part: Schema, chance: random.Random) -> bool:
    names = sorted(part.get("properties", {}))
    if not names:
        return False
    name, required = chance.choice(names), set(part.get("required", []))
    part["required"] = sorted(required ^ {name})
    if not part["required"]:
        del part["required"]
    return True


def _other_fields(part: Schema, chance: random.Random) -> bool:
    fields = part.get("properties")
    if not fields:
        return False
    name = chance.choice(sorted(fields))
    match chance.randrange(3):
        case 0:
            del fields[name]
        case 1:
            fields["an_added_field"] = deepcopy(fields[name])
        case _:
            fields[f"{name}_renamed"] = fields.pop(name)
            part["required"] = [f"{name}_renamed" if one == name else one for one in part.get("required", [])]
    if not part.get("required"):
        part.pop("required", None)
    return True


def _as_alternatives(part: Schema, chance: random.Random) -> bool:
    before = dict(part)
    part.clear()
    key = chance.choice(("anyOf", "oneOf", "allOf"))
    others = ({"type": "null"}, {"type": "string"}, {"type": "object"}) if key != "allOf" else ({"minProperties": 1},)
    part[key] = [before] if chance.random() < 0.4 else [before, chance.choice(others)]
    return True


def _other_alternatives(part: Schema, chance: random.Random) -> bool:
    key = next((key for key in ("oneOf", "anyOf") if key in part), "")
    if not key:
        return False
    match chance.randrange(3):
        case 0 if len(part[key]) > 1:
            del part[key][chance.randrange(len(part[key]))]
        case 1:
            part[key].reverse()
        case _:
            part["anyOf" if key == "oneOf" else "oneOf"] = part.pop(key)
    return True


CHANGES: tuple[Callable[[Schema, random.Random], bool], ...] = (
    _other_bound,
    _added_keyword,
    _lost_keyword,
    _other_type,
    _other_values,
    _other_required,
    _other_fields,
    _as_alternatives,
    _other_alternatives,
)


def in_components(schema: Schema) -> tuple[str, str]:
    """Return the payload and the components of a document, as JSON, for a schema with definitions."""
    names = {f"#/$defs/{name}": f"#/components/schemas/D{at}" for at, name in enumerate(sorted(schema["$defs"]))}

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(item) for item in value]
        if isinstance(value, dict):
            return {key: names.get(item, item) if key == "$ref" else moved(item) for key, item in value.items()}
        return value

    schemas = {names[f"#/$defs/{name}"].rpartition("/")[2]: moved(part) for name, part in schema["$defs"].items()}
    return json.dumps({"$ref": names[schema["$ref"]]}), json.dumps({"schemas": schemas})
