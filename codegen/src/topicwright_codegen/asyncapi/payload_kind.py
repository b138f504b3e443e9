"""Whether a payload is JSON that a schema describes, or bytes."""

from __future__ import annotations

import re

from topicwright_codegen.asyncapi.model import Message
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.values import Map

_JSON = re.compile(r"(?:[\w.+-]+/(?:[\w.-]+\+)?)?json\s*(?:;|\Z)", re.IGNORECASE)
SCHEMA_FORMATS = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")
"""The beginnings of the names of formats that are JSON Schema."""


def is_json(message: Message) -> bool:
    """Return whether the payload is JSON that a schema describes; otherwise it is bytes."""
    return _is_json(message.content_type) and is_json_schema(message.schema_format) and message.payload is not None


def warn_of_bytes(message: Message, diagnostics: Diagnostics) -> None:
    """Report a payload that is bytes without being declared as binary."""
    payload = message.payload
    if not _is_json(message.content_type):
        if payload is not None and not _is_binary(payload.value):
            text = f"content type {message.content_type!r} is not JSON: the payload is bytes, its schema is not checked"
            diagnostics.warning("TW307", text, payload)
    elif not is_json_schema(message.schema_format):
        text = f"schema format {message.schema_format!r} is not supported: the payload is bytes"
        diagnostics.warning("TW308", text, payload or message.node)
    elif payload is None:
        diagnostics.warning("TW309", f"message {message.key!r} has no payload schema: it is bytes", message.node)


def _is_json(content_type: str) -> bool:
    return _JSON.match(content_type) is not None


def is_json_schema(schema_format: str | None) -> bool:
    """Return whether a schema format is JSON Schema, as it is where none is named."""
    return schema_format is None or schema_format.startswith(SCHEMA_FORMATS)


def _is_binary(schema: object) -> bool:
    return isinstance(schema, Map) and schema.get("format") == "binary"
