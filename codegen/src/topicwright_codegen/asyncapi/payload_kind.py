"""Whether a payload is JSON or a text that a schema describes, or bytes."""

from __future__ import annotations

import re

from topicwright_codegen.asyncapi.model import Message
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.dialects import is_json_schema
from topicwright_codegen.documents.values import Map, Value

_JSON = re.compile(r"(?:[\w.+-]+/(?:[\w.-]+\+)?)?json\s*(?:;|\Z)", re.IGNORECASE)
_TEXT = re.compile(r"text/(?![\w.-]*\+?json\b)", re.IGNORECASE)
_SCALARS = ("string", "number", "integer", "boolean")


def is_json(message: Message) -> bool:
    """Return whether the payload is JSON that a schema describes."""
    return _is_json(message.content_type) and _is_described(message)


def is_text(message: Message, envelope: str) -> bool:
    """Return whether the payload is the text of one string, number or boolean that a schema describes."""
    is_one = message.schema is not None and _is_scalar(message.schema.value)
    return envelope == "none" and _TEXT.match(message.content_type) is not None and is_one and _is_described(message)


def _is_described(message: Message) -> bool:
    described = is_json_schema(message.schema_format) and message.payload is not None
    return described and not (message.schema is not None and _is_binary(message.schema.value))


def _is_scalar(schema: Value) -> bool:
    if not isinstance(schema, Map):
        return False
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if schema.get("type") in _SCALARS:
        return True
    return "type" not in schema and isinstance(values, list) and all(isinstance(v, (str, int, float)) for v in values)


def warn_of_bytes(message: Message, diagnostics: Diagnostics) -> None:
    """Report a payload that is bytes without being declared as binary."""
    payload = message.payload
    if not _is_json(message.content_type):
        if payload is not None and not (message.schema is not None and _is_binary(message.schema.value)):
            text = f"content type {message.content_type!r} is not JSON: the payload is bytes, its schema is not checked"
            diagnostics.warning("TW307", text, payload)
    elif not is_json_schema(message.schema_format):
        text = f"schema format {message.schema_format!r} is not supported: the payload is bytes"
        diagnostics.warning("TW308", text, payload or message.node)
    elif payload is None:
        diagnostics.warning("TW309", f"message {message.key!r} has no payload schema: it is bytes", message.node)


def _is_json(content_type: str) -> bool:
    return _JSON.match(content_type) is not None


def _is_binary(schema: object) -> bool:
    return isinstance(schema, Map) and schema.get("format") == "binary"
