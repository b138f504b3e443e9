"""Random pairs of schemas: a review of each, against a judge with other messages, and many more.

    python -m tests.review.tools.fuzz [PAIRS] [SEED]

A break is missed where a message is valid for its writer and refused by a reader that the review says ``ok`` or
``reject-strict`` of. A break is false where the review says ``reject`` and none of the messages is refused.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.review.schemas.judging.bundles import Bundle
from topicwright_codegen.review.schemas.judging.sampling import Sample

from tests.review.support.catalogs import compare, one_topic

MESSAGES = 4000
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
PATTERNS = ("^a+$", "^[a-c]*$", "^x", "[0-9]{2}", "^(on|off)$", "^a+b?$")
NAMES = ("a", "b", "c", "x-a")


class Shapes:
    """Makes schemas with every keyword, and changes one place of them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pair(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return two versions of the schema of an object."""
        old = {"type": "object", "title": "State", "properties": {"v": self.schema(0), "w": self.schema(1)}}
        return old, self.changed(old)

    def schema(self, depth: int) -> dict[str, Any]:
        """Return a schema."""
        kinds = [*TYPES[:5], "enum"] + (["array", "object", "object", "union", "union", "all"] if depth < 2 else [])
        match self.random.choice(kinds):
            case "enum":
                return {"enum": self.random.sample(["x", "y", "a", 1, 2, 2.5, True, None], self.random.randint(1, 4))}
            case "union":
                inner = {self.random.choice(("anyOf", "oneOf")): [self.schema(depth + 1) for _ in range(2)]}
                return inner | (self.some(self.random.choice(TYPES[:3]), depth) if self.maybe(0.3) else {})
            case "all":
                kind = self.random.choice(TYPES[:3])
                return {"type": kind, "allOf": [self.some(kind, depth)], **self.some(kind, depth)}
            case kind:
                return ({} if self.maybe(0.1) else {"type": kind}) | self.some(kind, depth)

    def maybe(self, chance: float) -> bool:
        """Return True with a probability."""
        return self.random.random() < chance

    def some(self, kind: str, depth: int) -> dict[str, Any]:
        """Return some keywords of a type."""
        options = self.keywords(kind, depth)
        return {key: value for key, value in options.items() if self.maybe(0.35)}

    def keywords(self, kind: str, depth: int) -> dict[str, Any]:
        """Return keywords of a type, each with a value."""
        low, high = self.random.randint(0, 2), self.random.randint(2, 4)
        inner = self.schema(depth + 1) if depth < 2 else {"type": "integer"}
        match kind:
            case "string":
                chosen = self.random.choice(("date-time", "date", "uuid"))
                form = {"pattern": self.random.choice(PATTERNS)} if self.maybe(0.7) else {"format": chosen}
                return {"minLength": low, "maxLength": high + 2, **form}
            case "integer" | "number":
                return {
                    "minimum": low - 1,
                    "maximum": high + 5,
                    "exclusiveMaximum": high + 8,
                    "multipleOf": self.random.choice((1, 2, 3)),
                }
            case "array":
                return {
                    "items": inner,
                    "prefixItems": [{"type": "integer"}, {"type": "string"}],
                    "minItems": low,
                    "maxItems": high,
                    "uniqueItems": True,
                    "contains": {"type": "integer", "minimum": low},
                    **({"minContains": high - 1} if self.maybe(0.3) else {}),
                }
            case "object":
                return {
                    "properties": dict.fromkeys(self.random.sample(NAMES, 2), inner),
                    "required": self.random.sample(NAMES, 1),
                    "additionalProperties": self.random.choice((False, True, {"type": "string"})),
                    "patternProperties": {"^x-": {"type": "integer"}},
                    "minProperties": low,
                    "maxProperties": high,
                    "dependentRequired": {"a": ["b"]},
                    "propertyNames": {"maxLength": 2},
                    "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
                    "not": {"required": ["c"]},
                }
            case _:
                return {}

    def changed(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a schema with one place changed."""
        new = deepcopy(schema)
        place = self.random.choice([part for part in parts(new) if part is not new] or [new])
        kind = place.get("type") if place.get("type") in TYPES else self.random.choice(TYPES)
        options = self.keywords(str(kind), 1)
        keys = [key for key in place if key not in ("type", "title")]
        match self.random.randrange(4):
            case 0 if keys:
                del place[self.random.choice(keys)]
            case 1 if options:
                key = self.random.choice(list(options))
                place[key] = options[key]
            case 2:
                made = self.schema(1)
                place.clear()
                place.update(made)
            case _:
                for key in ("oneOf", "anyOf"):
                    if key in place:
                        place["anyOf" if key == "oneOf" else "oneOf"] = place.pop(key)[::-1]
                        break
        return new


def parts(schema: object) -> list[dict[str, Any]]:
    """Return the schemas inside a schema."""
    if isinstance(schema, list):
        return [part for item in schema for part in parts(item)]
    if not isinstance(schema, dict):
        return []
    found = [schema]
    for key, value in schema.items():
        if key in ("properties", "patternProperties"):
            found += [part for item in value.values() for part in parts(item)]
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems", "items", "contains", "additionalProperties", "not"):
            found += parts(value)
    return found


def bundle(schema: dict[str, Any]) -> Bundle:
    """Return a schema as the judge takes it."""
    from jsonschema_rs import Draft202012Validator

    whole = {"$ref": "#/$defs/Payload", "$defs": {"Payload": schema}}
    return Bundle(whole, json.dumps(whole) + "other", Draft202012Validator(whole, validate_formats=True))


def tried(seed: int, folder: Path) -> tuple[str, str]:
    """Return how a pair is judged, and its text."""
    old, new = Shapes(seed).pair()
    try:
        result = compare(folder, *(one_topic(json.dumps(schema)) for schema in (old, new)))
    except CompileError:
        return "does not compile", ""
    sample = Sample(bundle(old), bundle(new))
    sample.draw(MESSAGES)
    kinds: list[str] = []
    for reader, verdict in (("old", result.old_consumer), ("new", result.new_consumer)):
        refused = sample.refused[reader]  # type: ignore[index]
        if refused and verdict in ("ok", "reject-strict"):
            kinds.append(f"missed by {reader} readers: {json.dumps(refused[0])}")
        elif verdict == "reject" and not refused:
            kinds.append(f"false for {reader} readers")
    rules = ", ".join(f"{one.rule} {one.message}" for one in result.findings if "reject" in (one.old, one.new))
    kind = "missed" if any(text.startswith("missed") for text in kinds) else "false" if kinds else "right"
    return kind, f"seed {seed}: {'; '.join(kinds)}\n  {json.dumps(old)}\n  {json.dumps(new)}\n  {rules}"


def main() -> int:
    """Print each pair that is judged otherwise, and the totals; return 1 where a break is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    totals: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(start, start + count):
            kind, text = tried(seed, Path(folder))
            totals[kind] += 1
            if kind in ("missed", "false"):
                print(f"{kind}: {text}", flush=True)
    print(dict(totals))
    return 1 if totals["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
