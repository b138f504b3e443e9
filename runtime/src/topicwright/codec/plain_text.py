"""Payloads that are the text of one value, as ``text/plain`` has them: a string without quotes, a number, a boolean."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import orjson
from pydantic import ValidationError
from topicwright.catalog.topic import Topic

_TEXT: Final = re.compile(r"text/(?![\w.-]*\+?json\b)", re.IGNORECASE)


def is_text(topic: Topic[Any, Any, Any]) -> bool:
    """Return whether the payloads of a topic are texts; ``bytes`` stay what they are."""
    return topic.wire == "none" and topic.model is not bytes and _TEXT.match(topic.content_type) is not None


def text_of(json: bytes) -> bytes:
    """Return the text of a value from its JSON."""
    return orjson.loads(json).encode() if json.startswith(b'"') else json


def reading_text(validate_json: Callable[..., Any]) -> Callable[..., Any]:
    """Return a validator of texts: of a number or a boolean if the type has such a value, else of a string."""

    def validate(payload: bytes, **options: Any) -> Any:
        if not payload.startswith((b'"', b"[", b"{")):
            try:
                return validate_json(payload, **options)
            except ValidationError:
                pass
        return validate_json(orjson.dumps(payload.decode()), **options)

    return validate
