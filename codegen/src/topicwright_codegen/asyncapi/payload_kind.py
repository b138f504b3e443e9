"""Whether a payload is JSON that a schema describes, or bytes."""

from __future__ import annotations

import re

from topicwright_codegen.asyncapi.model import Message
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.values import Map

_JSON = re.compile(r"(?:[\w.+-]+/(?:[\w.-]+\+)?)?json\s*(?:;|\Z)", re.IGNORECASE)
SCHEMA_FORMATS = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")
"""What the names of formats start with that are JSON Schema."""


def is_json(message: Message) -> bool:
    """Tell whether the payload is JSON that a schema describes; otherwise it is bytes."""
    return is_json_media_type(message, Diagnostics())


def is_json_media_type(message: Message, diagnostics: Diagnostics) -> bool:
    """Tell whether the payload is JSON that a schema describes; otherwise it is bytes, with a warning where needed."""
    if not _JSON.match(message.content_type):
        if message.payload is not None and not _is_binary(message.payload.value):
            text = f"content type {message.content_type!r} is not JSON: the payload is bytes, its schema is not checked"
            diagnostics.warning("TW307", text, message.payload)
        return False
    if message.schema_format is not None and not message.schema_format.startswith(SCHEMA_FORMATS):
        text = f"schema format {message.schema_format!r} is not supported: the payload is bytes"
        diagnostics.warning("TW308", text, message.payload or message.node)
        return False
    if message.payload is None:
        diagnostics.warning("TW309", f"message {message.key!r} has no payload schema: it is bytes", message.node)
    return message.payload is not None


def _is_binary(schema: object) -> bool:
    return isinstance(schema, Map) and schema.get("format") == "binary"
