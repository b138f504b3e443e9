"""Typed headers, sent as MQTT 5 user properties (section 3.3.2.3.7), which are pairs of strings."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from topicwright.catalog.problems import describe
from topicwright.catalog.topic import H, NoHeaders, Topic
from topicwright.codec.json_writer import dump
from topicwright.errors import DecodeError


def encode_headers(headers: object) -> tuple[tuple[str, str], ...]:
    """Return the user properties of ``headers``: strings unchanged, everything else as JSON."""
    if not isinstance(headers, BaseModel):
        return ()
    values: dict[str, Any] = to_jsonable_python(headers)
    return tuple((name, value if isinstance(value, str) else dump(value).decode()) for name, value in values.items())


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, kind))


def decode_headers(topic: Topic[Any, Any, H], name: str, user: tuple[tuple[str, str], ...]) -> H:
    """Return the typed headers in the user properties of a message that arrived on ``name``.

    Raises:
        DecodeError: they do not match the catalog.
    """
    if topic.headers is NoHeaders:
        return topic.headers()
    try:
        headers: H = _adapter(cast(Hashable, topic.headers)).validate_strings(dict(user), extra="ignore")
    except ValidationError as error:
        raise DecodeError(name, topic.event_type, [f"header {problem}" for problem in describe(error)]) from None
    return headers
