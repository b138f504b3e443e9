"""Random pairs of schemas: a message that a validator refuses is never ``ok``, and patterns match as ``re`` does."""

from __future__ import annotations

import json
import random
import re

import jsonschema_rs
import pytest
from topicwright_codegen.review.schemas.values.patterns import read_pattern
from topicwright_codegen.review.schemas.values.regular_language import ANYTHING, NOTHING, TooManyStatesError, shortest

from tests.review.support.catalogs import compare, one_topic

TEXTS = ("", "x", "y", "a", "aa", "ab", "abc", "12", "a12", "on", "off", "hello", "2026-01-01")
PATTERNS = (
    "^a+$",
    "^[a-c]*$",
    "^x",
    "[0-9]{2}",
    "^(on|off)$",
    "^a+b?$",
    "^a|b$",
    "[^a-z]",
    "^\\d{1,3}$",
    "^(?:ab)*c?$",
    "o.?f",
)


class Schemas:
    """Makes schemas, changes of them, and values that tend to be valid."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def schema(self, depth: int = 0) -> dict:
        made = ["integer", "number", "string", "text", "enum", "null", "format"]
        kind = self.random.choice(made + (["object", "object", "array", "map", "union"] if depth < 2 else []))
        return getattr(self, f"_{kind}")(depth + 1)

    def _integer(self, _: int, kind: str = "integer") -> dict:
        keys = {"minimum": (-2, 3), "maximum": (4, 9), "exclusiveMaximum": (4, 9), "multipleOf": (2, 4)}
        chosen = {key: self.random.randint(*span) for key, span in keys.items() if self.random.random() < 0.25}
        return {"type": kind, **chosen}

    def _number(self, depth: int) -> dict:
        return self._integer(depth, "number")

    def _string(self, _: int) -> dict:
        return {"type": "string"}

    def _text(self, _: int) -> dict:
        limits = {"minLength": self.random.randint(0, 3), "maxLength": self.random.randint(3, 6)}
        kept = {key: value for key, value in limits.items() if self.random.random() < 0.5}
        return {"type": "string", **kept, **({"pattern": self.random.choice(PATTERNS)} if not kept else {})}

    def _enum(self, _: int) -> dict:
        return {"enum": self.random.sample(["x", "y", "a", 1, 2], self.random.randint(1, 4))}

    def _null(self, _: int) -> dict:
        return {"type": [self.random.choice(["string", "integer"]), "null"]}

    def _format(self, _: int) -> dict:
        return {"type": "string", "format": self.random.choice(["date-time", "uuid", "date"])}

    def _object(self, depth: int) -> dict:
        fields = {name: self.schema(depth) for name in self.random.sample("abc", self.random.randint(1, 3))}
        closed = {"additionalProperties": False} if self.random.random() < 0.3 else {}
        required = [name for name in fields if self.random.random() < 0.5]
        return {"type": "object", "properties": fields, **({"required": required} if required else {}), **closed}

    def _array(self, depth: int) -> dict:
        return {"type": "array", "items": self.schema(depth), "maxItems": self.random.randint(2, 4)}

    def _map(self, depth: int) -> dict:
        return {"type": "object", "additionalProperties": self.schema(depth)}

    def _union(self, depth: int) -> dict:
        return {"anyOf": [self.schema(depth), self.schema(depth)]}

    def changed(self, schema: dict) -> dict:
        """Return the schema with one part of it replaced."""
        text = json.dumps(schema)
        parts = [part for part in _parts(schema) if part is not schema]
        return json.loads(text.replace(json.dumps(self.random.choice(parts)), json.dumps(self.schema(1)), 1))

    def value(self, schema: dict) -> object:
        """Return a value that may be valid."""
        if "anyOf" in schema:
            return self.value(self.random.choice(schema["anyOf"]))
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema["type"] if isinstance(schema["type"], str) else self.random.choice(schema["type"])
        if kind == "object":
            fields = {name: field for name, field in schema.get("properties", {}).items() if self.random.random() < 0.8}
            extra = schema.get("additionalProperties")
            return {name: self.value(it) for name, it in ({"k": extra} if isinstance(extra, dict) else fields).items()}
        if kind == "array":
            return [self.value(schema["items"]) for _ in range(self.random.randint(0, 4))]
        if kind == "string":
            formats = {
                "date-time": "2026-01-01T00:00:00Z",
                "date": "2026-01-01",
                "uuid": f"{0:08}-0000-4000-8000-{0:012}",
            }
            return formats.get(schema.get("format", "")) or self.random.choice(TEXTS)
        return (
            None if kind == "null" else self.random.choice([-3, 0, 1, 2, 3, 4, 6, 8, 12] + [0.5] * (kind == "number"))
        )


def _parts(schema: dict) -> list[dict]:
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    return [schema, *(part for one in inner for part in _parts(one))]


@pytest.mark.parametrize("seed", range(40))
def test_what_a_validator_refuses_is_never_ok(tmp_path, seed):
    schemas = Schemas(seed)
    fields = {"v": schemas.schema(), "w": schemas.schema(1)}
    old = {"type": "object", "title": "State", "properties": fields, "required": ["v"]}
    new = schemas.changed(old)
    result = compare(tmp_path, *(one_topic(json.dumps(schema)) for schema in (old, new)))
    validators = {"old": (new, old, result.old_consumer), "new": (old, new, result.new_consumer)}
    for reader, (writes, reads, verdict) in validators.items():
        writer, checks = (jsonschema_rs.Draft202012Validator(it, validate_formats=True) for it in (writes, reads))
        for value in (schemas.value(writes) for _ in range(40)):
            if writer.is_valid(value) and not checks.is_valid(value):
                assert verdict == "reject", (reader, value, [(found.rule, found.message) for found in result.findings])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_finds_what_re_finds(pattern):
    read = read_pattern(pattern)
    assert read is not None
    made = shortest(read, NOTHING)
    assert made is not None
    assert re.search(pattern, made)
    for other in PATTERNS:
        text = shortest(read, read_pattern(other) or NOTHING)
        if text is None:
            assert all(re.search(other, one) for one in TEXTS if re.search(pattern, one))
        else:
            assert re.search(pattern, text)
            assert not re.search(other, text)


@pytest.mark.parametrize("pattern", ["(?=a)b", "(a)\\1", "a\\b", "[[:alpha:]]", "x" * 400])
def test_a_pattern_that_is_not_regular_is_not_read(pattern):
    assert read_pattern(pattern) is None


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_counted_patterns_inside_each_other_are_compared_within_bounds(depth):
    pattern = "a"
    for _ in range(depth):
        pattern = f"({pattern}){{1,50}}"
    assert read_pattern(f"^{pattern}$") is None


def test_patterns_with_too_many_states_are_given_up():
    hard = read_pattern("^[ab]*a[ab]{14}$")
    other = read_pattern("^[ab]*b[ab]{14}$")
    assert hard is not None
    assert other is not None
    with pytest.raises(TooManyStatesError):
        shortest(hard, ANYTHING)
