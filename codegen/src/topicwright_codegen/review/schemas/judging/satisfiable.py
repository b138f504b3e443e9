"""Whether a place of a schema has any value at all: a schema may contradict itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Final, cast

from topicwright_codegen.review.schemas.judging.bundles import Bundle, SchemaMap
from topicwright_codegen.review.schemas.judging.maker import Maker
from topicwright_codegen.review.schemas.judging.pool import Pool

_TRIED: Final = 60
_DEEPEST: Final = 30


def is_contradictory(bundle: Bundle, steps: tuple[str, ...]) -> bool:
    """Return whether a place is in a schema, and none of many values made for it is valid there."""
    schemas = list(_at(bundle, [bundle.schema], steps))
    if not schemas:
        return False
    here = bundle.part({"allOf": schemas})
    pool, random = Pool.of([bundle.schema]), Random(json.dumps(steps))
    maker = Maker(here, pool, random)
    values = (*pool.numbers, *pool.texts, *pool.values, *(maker.message() for _ in range(_TRIED)))
    return not any(map(here.accepts, values))


def _at(bundle: Bundle, schemas: list[object], steps: tuple[str, ...]) -> Iterator[object]:
    """Yield the schemas that a place has to satisfy, without those of alternatives."""
    together = [one for schema in schemas for one in _together(bundle, schema, 0)]
    if not steps:
        yield from schemas
        return
    first, rest = steps[0], steps[1:]
    inner = list[object]()
    for one in together:
        properties, prefix = one.get("properties", {}), one.get("prefixItems", [])
        if first in properties:
            inner.append(properties[first])
        elif first.isdecimal() and int(first) < len(prefix):
            inner.append(prefix[int(first)])
        elif first == "*":
            inner += [one[key] for key in ("items", "additionalProperties") if key in one]
    if inner:
        yield from _at(bundle, inner, rest)


def _together(bundle: Bundle, schema: object, depth: int) -> Iterator[SchemaMap]:
    """Yield a schema, and those that a value must satisfy with it."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    known = cast("SchemaMap", schema)
    yield known
    inner = [*known.get("allOf", []), *([bundle.target(known["$ref"])] if "$ref" in known else [])]
    for one in inner:
        yield from _together(bundle, one, depth + 1)
