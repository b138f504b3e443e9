"""Messages with one place changed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final, cast

from topicwright_codegen.review.schemas.judging.bundles import Bundle
from topicwright_codegen.review.schemas.judging.pool import Pool

_REPAIRS: Final = 3


def mutated(message: object, pool: Pool, random: Random) -> object:
    """Return a copy of a message with one place changed."""
    root: dict[str, Any] = {"": copied(message)}
    places = list(_places(root))
    holder, key = random.choice(places)
    holder[key] = _other(holder[key], pool, random)
    return root[""]


def _other(value: Any, pool: Pool, random: Random) -> object:
    """Return another value: any that the schemas mention, or more often one like it."""
    if isinstance(value, (dict, list)):
        if random.random() < 0.7:
            other = _other_object if isinstance(value, dict) else _other_list
            return other(cast("Any", value), pool, random)
    elif isinstance(value, str):
        if random.random() < 0.6:
            return random.choice((f"{value}x", value[:-1], value[1:], value * 2, random.choice(pool.texts)))
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and random.random() < 0.7:
        return random.choice(
            (value + 1, value - 1, value + 0.5, -value, value * 2, random.choice(pool.numbers)),
        )
    return random.choice((random.choice(pool.numbers), random.choice(pool.texts), random.choice(pool.values)))


def copied(value: Any) -> Any:
    """Return a copy of a JSON value; much faster than one of any object."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [copied(item) for item in cast("list[object]", value)]
    return value


def repaired(message: Any, bundle: Bundle) -> object:
    """Return a message without what its schema refuses, as far as leaving it out helps."""
    for _ in range(_REPAIRS):
        if bundle.accepts(message):
            break
        error = next(iter(bundle.errors(message)), None)
        path = list(error.instance_path) if error is not None else []
        if not path:
            break
        message = copied(message)
        holder = message
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
    return message


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield each place inside a value, as what holds it and its key there."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(cast("dict[str, object]", value).items())
    elif isinstance(value, list):
        items = list(enumerate(cast("list[object]", value)))
    for key, item in items:
        yield value, key
        yield from _places(item)


def _other_object(value: dict[str, Any], pool: Pool, random: Random) -> dict[str, Any]:
    names = list(value)
    match random.randrange(4):
        case 0 if names:
            gone = random.choice(names)
            return {name: item for name, item in value.items() if name != gone}
        case 1 if len(names) > 1:
            kept = random.sample(names, random.randrange(len(names)))
            return {name: value[name] for name in kept}
        case 2 if names:
            return {**value, random.choice(pool.names): value[random.choice(names)]}
        case _:
            made = random.choice((random.choice(pool.numbers), random.choice(pool.texts), random.choice(pool.values)))
            return {**value, random.choice(pool.names): made}


def _other_list(value: list[Any], pool: Pool, random: Random) -> list[Any]:
    made = random.choice((random.choice(pool.numbers), random.choice(pool.texts), random.choice(pool.values)))
    match random.randrange(5):
        case 0 if value:
            gone = random.randrange(len(value))
            return [item for at, item in enumerate(value) if at != gone]
        case 1 if value:
            return [*value, copied(random.choice(value))]
        case 2:
            return random.sample(value, len(value))
        case 3:
            return value[: random.randrange(len(value) + 1)]
        case _:
            return [*value, made]
