"""A JSON Schema of catalogs for editors: the extensions with their places and values, and the objects that have them.

It is made of what the compiler knows of both (``EXTENSIONS``, ``PARTS``), so the two cannot differ. What AsyncAPI
itself demands is left to the schema that it publishes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, cast

from topicwright_codegen.asyncapi.validation.extension_values import VALUES
from topicwright_codegen.asyncapi.validation.extensions import EXTENSIONS
from topicwright_codegen.asyncapi.validation.outline import ENTRY, PARTS

ROOT: Final = "the document"
_TABLE = re.compile(r"\{(.*)\}\Z")
_NEAR = "a misspelt extension"
_TEXTS: dict[str, dict[str, str]] = {
    ROOT: {
        "asyncapi": "The version of AsyncAPI, such as 3.0.0.",
        "defaultContentType": "The content type of messages that name none.",
    },
    "info": {
        "title": "The name of the catalog, or of the service.",
        "version": "Its version.",
        "description": "What it is for; the docstring of the package or of the client.",
    },
    "a service": {"title": "Its name for people.", "description": "What it is for: the docstring of its client."},
    "a domain": {"title": "Its name for people.", "description": "What it is about: the docstring of its package."},
    "a server": {"host": "HOST:PORT of the broker.", "protocol": "mqtt, or mqtts for TLS."},
    "a channel": {
        "title": "Its name for people.",
        "description": "What is sent on it.",
        "address": "The topic, with {parameters}; null where it is known at run time only.",
    },
    "an operation": {"action": "send or receive.", "summary": "What the service does with the messages."},
    "a message": {
        "name": "The event: it names the methods publish_NAME and on_NAME.",
        "title": "Its name for people.",
        "summary": "What it says: the docstring of the event.",
        "description": "More about it.",
        "contentType": "The type of its payload, where it is not JSON.",
    },
    "a parameter": {"description": "Which values it has.", "default": "The value where none is given."},
}
"""Fields with a text, and what they are for."""
_OBJECTS: dict[str, str] = {
    "channels": "The channels by id: a topic, and the messages on it.",
    "operations": "What the service does; a list of events is shorter.",
    "servers": "The brokers.",
    "components": "What several objects refer to.",
    "messages": "The messages by id.",
    "payload": "The JSON Schema of the data.",
    "headers": "The JSON Schema of the MQTT 5 user properties.",
    "parameters": "The parameters of the address by name.",
    "examples": "Messages that are valid.",
}


def editor_line(schema: str) -> str:
    """Return the comment by which editors find the schema of a YAML file; ``schema`` is a path or a URL."""
    return f"# yaml-language-server: $schema={schema}\n"


def editor_schema_text() -> str:
    """Return the schema as JSON."""
    return json.dumps(editor_schema(), indent=1) + "\n"


def editor_schema() -> dict[str, object]:
    """Return the schema (draft 7, which editors know)."""
    definitions: dict[str, object] = {name: value for name, (_, value) in VALUES.items()}
    definitions |= {_name(kind): _object(kind) for kind in _kinds() if kind != ROOT}
    definitions[_name(_NEAR)] = {"patternProperties": {_misspelt(): False}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "AsyncAPI catalog of topicwright",
        "type": "object",
        **_object(ROOT),
        "definitions": definitions,
    }


def _kinds() -> list[str]:
    """Return every kind of object that an extension can be in, or that has such objects in it."""
    named = {kind for kinds in EXTENSIONS.values() for kind in kinds} - {ENTRY}
    parts = {_TABLE.sub(r"\1", kind) for fields in PARTS.values() for kind in fields.values()}
    return sorted((named | parts | set(PARTS)) - {""})


def _object(kind: str) -> dict[str, object]:
    """Return the schema of a kind of object; no type of a schema, for JSON Schema has booleans too."""
    texts = _TEXTS.get(kind, {})
    made: dict[str, object] = {
        name: {"type": ["string", "null"] if name == "address" else "string", "description": text}
        for name, text in texts.items()
    }
    for name, part in PARTS.get(kind, {}).items():
        made[name] = _described(name, _part(part))
    for name, readers in EXTENSIONS.items():
        if name in made:
            made[name] = {**_as_object(made[name]), "description": VALUES[name][0]}
        elif kind in readers:
            made[name] = {"description": VALUES[name][0], "allOf": [_reference(name)]}
        elif ENTRY not in readers:
            made[name] = False  # nothing reads it there
    schema: dict[str, object] = {"properties": made, "allOf": [_reference(_name(_NEAR))]}
    if kind in ("a schema", "a property", "a message"):
        schema["items"] = _reference(_name(kind))  # in a list of them each is one
    return schema


def _described(name: str, schema: dict[str, object]) -> dict[str, object]:
    return {"description": _OBJECTS[name], **schema} if name in _OBJECTS else schema


def _as_object(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return cast("dict[str, object]", value)


def _part(kind: str) -> dict[str, object]:
    """Return the schema of a part; ``{kind}`` is a table of such objects by names of the author."""
    table = _TABLE.match(kind)
    inner = table[1] if table else kind
    schema: dict[str, object] = {"allOf": [_reference(_name(inner))]} if inner else {}
    return {"additionalProperties": schema} if table else schema


def _reference(name: str) -> dict[str, object]:
    return {"$ref": f"#/definitions/{name}"}


def _name(kind: str) -> str:
    """Return the name of a kind as a key: ``an operation trait`` is ``operation-trait``."""
    return "-".join(word for word in kind.split() if word not in ("a", "an", "the"))


def _misspelt() -> str:
    """Return a pattern for names that are one edit away from an extension, and are none."""
    known = "|".join(map(re.escape, EXTENSIONS))
    edits = sorted({edit for name in EXTENSIONS for edit in _edits(name.removeprefix("x-"))})
    return f"^(?!(?:{known})$)x[-_](?:{'|'.join(edits)})$"


def _edits(name: str) -> Iterator[str]:
    """Yield a pattern for each name that is one letter more, less or another, or two letters the other way round."""
    for at in range(len(name) + 1):
        before, after = re.escape(name[:at]), name[at:]
        yield before + "." + re.escape(after)
        if after:
            yield before + re.escape(after[1:])
            yield before + "." + re.escape(after[1:])
        if len(after) > 1:
            yield before + re.escape(after[1] + after[0] + after[2:])
