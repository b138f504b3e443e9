"""Where two schemas differ: messages are made by one of them, with one of the values that the difference is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, TypeAlias, cast

from topicwright_codegen.review.schemas.judging.bundles import Bundle, SchemaMap, plain_schema
from topicwright_codegen.review.schemas.judging.maker import Maker
from topicwright_codegen.review.schemas.judging.mutations import copied, mutated
from topicwright_codegen.review.schemas.judging.pool import Pool

Step: TypeAlias = str | int
_ANY_ITEM: Final = -1
_DEEPEST: Final = 30
_MOST: Final = 40
_TEXTS: Final = frozenset(("title", "description", "$comment", "examples", "default", "deprecated", "format", "$defs"))


@dataclass(frozen=True, slots=True, eq=False)
class Focus:
    """A place of messages where two schemas differ, and what each has there."""

    path: tuple[Step, ...]
    old: object
    new: object


def differences(old: Bundle, new: Bundle) -> list[Focus]:
    """Return the innermost places that differ."""
    walk = _Walk(old, new, set())
    found = list(walk.between(old.schema, new.schema, ()))[:_MOST]
    return found or [Focus((), old.schema, new.schema)]


@dataclass(frozen=True, slots=True)
class _Walk:
    old: Bundle
    new: Bundle
    seen: set[tuple[str, str]]

    def between(self, old: object, new: object, path: tuple[Step, ...]) -> Iterator[Focus]:
        """Yield the places inside two schemas; the schemas themselves where they differ beside that."""
        texts = repr(old), repr(new)
        if texts in self.seen or len(path) > _DEEPEST:
            return
        self.seen.add(texts)
        one, other = _followed(old, self.old), _followed(new, self.new)
        if not all(isinstance(schema, dict) for schema in (one, other)):
            if plain_schema(one) != plain_schema(other):
                yield Focus(path, old, new)
            return
        first, second = cast("SchemaMap", one), cast("SchemaMap", other)
        inner = ("properties", "items", "prefixItems", "additionalProperties")
        if self._own(first, inner) != self._own(second, inner) or not _has_same_form(first, second):
            yield Focus(path, old, new)
        yield from self._inside(first, second, path)

    def _inside(self, one: SchemaMap, other: SchemaMap, path: tuple[Step, ...]) -> Iterator[Focus]:
        properties = one.get("properties", {}), other.get("properties", {})
        for name in filter(properties[1].__contains__, properties[0]):
            yield from self.between(properties[0][name], properties[1][name], (*path, name))
        if "items" in one and "items" in other:
            yield from self.between(one["items"], other["items"], (*path, _ANY_ITEM))
        for at, pair in enumerate(zip(one.get("prefixItems", []), other.get("prefixItems", []), strict=False)):
            yield from self.between(*pair, (*path, at))
        for key in ("allOf", "anyOf", "oneOf"):
            for pair in zip(one.get(key, []), other.get(key, []), strict=False):
                yield from self.between(*pair, path)
        if "additionalProperties" in one and "additionalProperties" in other:
            yield from self.between(one["additionalProperties"], other["additionalProperties"], (*path, "key"))

    def _own(self, schema: SchemaMap, inner: tuple[str, ...]) -> object:
        return plain_schema({key: value for key, value in schema.items() if key not in (*_TEXTS, *inner)})


def _has_same_form(one: SchemaMap, other: SchemaMap) -> bool:
    """Return whether two objects have the same fields, and two arrays elements at the same places."""
    forms = [
        (
            set(schema.get("properties", ())),
            len(schema.get("prefixItems", ())),
            "items" in schema,
            schema.get("additionalProperties") if isinstance(schema.get("additionalProperties"), bool) else ...,
            "additionalProperties" in schema,
        )
        for schema in (one, other)
    ]
    return forms[0] == forms[1] and one.get("format") == other.get("format")


def _followed(schema: object, bundle: Bundle) -> object:
    followed = schema
    for _ in range(_DEEPEST):
        known = _members(followed)
        if "$ref" not in known or set(known) - {"$ref", *_TEXTS}:
            break
        followed = bundle.target(known["$ref"])
    return followed


def _members(schema: object) -> SchemaMap:
    return cast("SchemaMap", schema) if isinstance(schema, dict) else {}


@dataclass(slots=True)
class Focused:
    """Makes messages about one difference."""

    focus: Focus
    makers: tuple[Maker, Maker]
    random: Random
    pool: Pool = field(default_factory=Pool)
    changed: Pool = field(default_factory=Pool)
    values: list[Any] = field(default_factory=list[Any])
    made: list[Any] = field(default_factory=list[Any])

    def __post_init__(self) -> None:
        sides = zip((self.focus.old, self.focus.new), self.makers, strict=True)
        schemas = [_whole(schema, maker.bundle) for schema, maker in sides]
        self.pool = Pool.of(schemas)
        self.changed = self.pool.beside(Pool.of(schemas[:1]), Pool.of(schemas[1:]))
        self.values = [*self.changed.numbers, *self.changed.texts, *self.changed.values]
        self.random.shuffle(self.values)

    def message(self, base: object) -> object:
        """Return a message with another value at the place; the message itself where it has no such place."""
        return put(base, self.focus.path, self._value(), self.random)

    def _value(self) -> Any:
        """Return a value: one that a schema mentions, one that a schema makes, or a mutation of one."""
        turn = self.random.randrange(4)
        if turn == 0 and self.values:
            return self.values.pop()
        if turn == 1 or not self.made:
            which = self.random.randrange(2)
            schema = (self.focus.old, self.focus.new)[which]
            maker = self.makers[which]
            local = Maker(maker.bundle, self.pool, self.random)
            self.made.append(local.value(schema, len(self.focus.path)))
            return self.made[-1]
        pool = self.changed if self.random.random() < 0.5 else self.pool
        value = mutated(self.random.choice(self.made), pool, self.random)
        if self.random.random() < 0.3:
            value = mutated(value, pool, self.random)
        if self.random.random() < 0.2:
            self.made.append(value)
        return value


def put(message: object, path: tuple[Step, ...], value: object, random: Random) -> object:
    """Return a copy of a message with a value at a place."""
    root: dict[str, Any] = {"": copied(message)}
    holder: Any = root
    key: Any = ""
    for step in path:
        inside: Any = holder[key]
        if isinstance(step, str) and isinstance(inside, dict):
            cast("dict[str, Any]", inside).setdefault(step, {})
            key = step
        elif isinstance(step, int) and isinstance(inside, list):
            items = cast("list[object]", inside)
            key = step if step >= 0 else random.randrange(max(1, len(items)))
            while len(items) <= key:
                items.append(copied(items[-1]) if items else {})
        else:
            return message
        holder = cast("Any", inside)
    holder[key] = value
    return root[""]


def _whole(schema: object, bundle: Bundle) -> list[object]:
    """Return a schema with those that it refers to."""
    found: list[object] = [schema]
    names = set[str]()
    for one in found:
        for match in re.finditer(r"#/\$defs/([^/#'\"]+)", repr(one)):
            if match[1] not in names and len(names) < _MOST:
                names.add(match[1])
                found.append(bundle.target(match[0]))
    return found
