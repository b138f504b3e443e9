"""Messages made by a schema: most of them are valid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Any, Final, cast

from topicwright_codegen.review.schemas.judging.bundles import Bundle, SchemaMap
from topicwright_codegen.review.schemas.judging.pool import FORMATS, Pool, finds, matching

_DEEP: Final = 5
_DEEPEST: Final = 12
_KINDS: Final = ("string", "integer", "number", "boolean", "null", "array", "object")
_ABOUT: Final = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
    "object": (
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "minProperties",
        "maxProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    ),
}
_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """Makes messages of one schema, the same ones for the same seed."""

    bundle: Bundle
    pool: Pool
    random: Random

    def message(self) -> object:
        """Return a message."""
        return self.value(self.bundle.schema, 0)

    def value(self, schema: object, depth: int) -> Any:
        """Return a value of a schema."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return self._any(depth)
        flat = self._merged(cast("SchemaMap", schema), 0)
        if "const" in flat:
            return flat["const"]
        if flat.get("enum"):
            return self.random.choice(flat["enum"])
        kind = self._kind(flat)
        match kind:
            case "object":
                return self._object(flat, depth)
            case "array":
                return self._array(flat, depth)
            case "string":
                return self._text(flat)
            case "integer" | "number":
                return self._number(flat, whole=kind == "integer")
            case "boolean":
                return self.random.random() < 0.5
            case _:
                return None

    def _any(self, depth: int) -> object:
        options: list[object] = [
            *self.pool.values,
            self.random.choice(self.pool.texts),
            self.random.choice(self.pool.numbers),
        ]
        if depth < _DEEP:
            options += [[self.random.choice(self.pool.numbers)], {self.random.choice(self.pool.names): 1}]
        return self.random.choice(options)

    def _kind(self, flat: SchemaMap) -> str:
        declared = flat.get("type")
        if isinstance(declared, list):
            return str(self.random.choice(cast("list[object]", declared))) if declared else "null"
        if isinstance(declared, str):
            return declared
        about = [kind for kind, keys in _ABOUT.items() if any(key in flat for key in keys)]
        return self.random.choice(about if about and self.random.random() < 0.8 else _KINDS)

    def _merged(self, schema: SchemaMap, depth: int) -> SchemaMap:
        """Return a schema with one branch of each union, and with what it refers to."""
        flat = {
            key: value
            for key, value in schema.items()
            if key not in ("allOf", "anyOf", "oneOf", "if", "then", "else", "$ref", "$dynamicRef", "$defs")
        }
        if depth > 30:
            return flat
        inner: list[object] = [self.bundle.target(schema[key]) for key in ("$ref", "$dynamicRef") if key in schema]
        inner += schema.get("allOf", [])
        inner += [self.random.choice(schema[key]) for key in ("anyOf", "oneOf") if schema.get(key)]
        if self.random.random() < 0.1 and schema.get("anyOf"):
            inner += schema["anyOf"]
        if "if" in schema:
            inner += [schema["if"], schema.get("then")] if self.random.random() < 0.5 else [schema.get("else")]
        for part in schema.get("dependentSchemas", {}).values():
            inner += [part] if self.random.random() < 0.5 else []
        for part in inner:
            if isinstance(part, dict):
                flat = _both(flat, self._merged(cast("SchemaMap", part), depth + 1))
        return flat

    def _number(self, flat: SchemaMap, *, whole: bool) -> float:
        low = max((flat[key] for key in ("minimum", "exclusiveMinimum") if key in flat), default=-math.inf)
        high = min((flat[key] for key in ("maximum", "exclusiveMaximum") if key in flat), default=math.inf)
        step = flat.get("multipleOf")
        some = [
            value for value in self.pool.numbers if low <= value <= high and (not whole or float(value).is_integer())
        ]
        if step and self.random.random() < 0.7:
            start = low if low > -math.inf else high - 20 * step if high < math.inf else 0
            at = math.ceil(start / step) + self.random.randint(0, 12)
            return _whole(at * step) if isinstance(step, int) else float(f"{at * step:.12g}")
        if math.isfinite(low) and math.isfinite(high) and self.random.random() < 0.4:
            value = self.random.uniform(low, high)
            some.append(round(value) if whole else value)
        if not some:
            near = low if math.isfinite(low) else high if math.isfinite(high) else 0
            some = [math.ceil(near), math.ceil(near) + 1, math.floor(near)]
        value = self.random.choice(some)
        return _whole(value) if whole else value

    def _text(self, flat: SchemaMap) -> str:
        least, most = int(flat.get("minLength", 0)), flat.get("maxLength")
        if flat.get("format") in FORMATS and self.random.random() < 0.95:
            return self.random.choice(FORMATS[flat["format"]])
        if isinstance(flat.get("pattern"), str):
            options = list(matching(flat["pattern"], min(least, 2000), None if most is None else int(most)))
            options += [text for text in self.pool.texts if self.random.random() < 0.2]
        else:
            options = [text for text in self.pool.texts if least <= len(text) <= (math.inf if most is None else most)]
            options.append("x" * min(max(least, 1 if most is None or most else 0), 2000))
        return self.random.choice(options or self.pool.texts)

    def _array(self, flat: SchemaMap, depth: int) -> list[object]:
        first = flat.get("prefixItems", [])
        least, most = int(flat.get("minItems", 0)), int(min(flat.get("maxItems", 50), 50))
        options = [count for count in (*self.pool.counts, len(first), len(first) + 1) if least <= count <= most]
        count = self.random.choice(options) if options and depth < _DEEP else least
        made = [
            self.value(first[at] if at < len(first) else flat.get("items", True), depth + 1)
            for at in range(min(count, 50))
        ]
        if "contains" in flat and self.random.random() < 0.9:
            wanted = int(flat.get("minContains", 1)) + self.random.choice((0, 0, 1))
            places = list(range(min(most, max(len(made), wanted, len(first) + wanted))))
            for at in sorted(self.random.sample(places, min(len(places), wanted))):
                while len(made) <= at:
                    made.append(self.value(first[len(made)] if len(made) < len(first) else flat.get("items", True), 9))
                made[at] = self.value(flat["contains"], depth + 1)
        return made

    def _object(self, flat: SchemaMap, depth: int) -> dict[str, object]:
        properties = cast("dict[str, object]", flat.get("properties", {}))
        chance = self.random.choice((0.0, 0.5, 1.0)) if depth < _DEEP else 0.0
        names = [name for name in properties if self.random.random() < chance]
        names += [name for name in flat.get("required", []) if name not in names]
        for name, needed in flat.get("dependentRequired", {}).items():
            names += [other for other in needed if name in names and other not in names]
        made = {name: self.value(_field(flat, name), depth + 1) for name in names if properties.get(name) is not False}
        for pattern, part in flat.get("patternProperties", {}).items():
            if self.random.random() < 0.5:
                for name in matching(pattern):
                    made.setdefault(name, self.value(part, depth + 1))
        few = len(made) < flat.get("minProperties", 0)
        others = flat.get("additionalProperties", few or not properties)
        if others is not False and (few or self.random.random() < 0.3) and len(made) < flat.get("maxProperties", 50):
            names = [name for name in self.pool.names if _is_named(flat, name)] or self.pool.names
            count = max(1, int(flat.get("minProperties", 0)) - len(made) + self.random.choice((0, 0, 1)))
            for name in self.random.sample(names, min(len(names), count)):
                made.setdefault(name, self.value(_field(flat, name, others), depth + 1))
        return made


def _field(flat: SchemaMap, name: str, others: object = True) -> object:
    """Return the schema of a field: by its name, by the patterns that find it, else that of the others."""
    properties, patterns = flat.get("properties", {}), flat.get("patternProperties", {})
    schemas = [properties[name]] if name in properties else []
    schemas += [schema for pattern, schema in patterns.items() if finds(pattern, name)]
    if not schemas:
        return flat.get("additionalProperties", others)
    return schemas[0] if len(schemas) == 1 else {"allOf": schemas}


def _both(one: SchemaMap, other: SchemaMap) -> SchemaMap:
    """Return the keywords of two schemas that a value must satisfy both, as far as that is easy."""
    flat = one | other
    for key in one.keys() & other.keys():
        first, second = one[key], other[key]
        if key in ("properties", "patternProperties"):
            shared = {name: {"allOf": [first[name], second[name]]} for name in first.keys() & second.keys()}
            flat[key] = first | second | shared
        elif key == "required":
            flat[key] = list(dict.fromkeys([*first, *second]))
        elif key in _LEAST:
            flat[key] = max(first, second)
        elif key in _MOST:
            flat[key] = min(first, second)
        elif key == "type":
            flat[key] = _kinds(first, second)
        elif key == "enum":
            flat[key] = [value for value in first if value in second] or first
        elif key in ("items", "contains", "additionalProperties") and first != second:
            flat[key] = False if False in (first, second) else {"allOf": [first, second]}
        elif key == "multipleOf" and first != second:
            flat[key] = (
                math.lcm(first, second) if isinstance(first, int) and isinstance(second, int) else max(first, second)
            )
    return flat


def _kinds(one: object, other: object) -> list[str]:
    sets = [set(cast("list[str]", kinds) if isinstance(kinds, list) else [str(kinds)]) for kinds in (one, other)]
    sets = [kinds | {"integer"} if "number" in kinds else kinds for kinds in sets]
    return sorted(sets[0] & sets[1])


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def _is_named(flat: SchemaMap, name: str) -> bool:
    """Return whether the length of a name is one that an object allows."""
    wanted = flat.get("propertyNames")
    if not isinstance(wanted, dict):
        return wanted is not False
    limits = cast("SchemaMap", wanted)
    least, most = int(limits.get("minLength", 0)), int(limits.get("maxLength", len(name)))
    return least <= len(name) <= most
