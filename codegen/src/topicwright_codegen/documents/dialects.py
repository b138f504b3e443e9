"""The format that a schema is written in: that of a Multi Format Schema Object around it, or its ``$schema``."""

from __future__ import annotations

import re

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.values import Map, Seq

SCHEMA_FORMATS = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")
"""The beginnings of the names of formats that are JSON Schema."""
MODERN = re.compile(r"2019-09|2020-12|openapi.*version=3\.[1-9]")
"""Versions in which keywords beside ``$ref`` apply (JSON Schema 2020-12, core, section 8.2.3.1)."""
SCHEMA_FIELDS = frozenset(("schema", "payload"))
"""The names of the field with the schema, beside ``schemaFormat``."""
ANNOTATIONS = frozenset(
    (
        "title",
        "description",
        "default",
        "examples",
        "example",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
        "externalDocs",
    )
)
"""The keywords that describe a value and constrain nothing (JSON Schema 2020-12, validation, section 9)."""
_NEUTRAL = ANNOTATIONS | {"$ref", "$id", "$schema", "$anchor", "$dynamicAnchor", "$defs", "definitions"}
"""The keywords that change nothing beside ``$ref``."""
TABLES = frozenset(("properties", "patternProperties", "dependencies", "dependentSchemas", "definitions", "$defs"))
"""Keywords that have names, and a schema for each."""
SUBSCHEMAS = frozenset(
    (
        *("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains", "additionalProperties"),
        *("unevaluatedProperties", "propertyNames", "not", "if", "then", "else", "allOf", "anyOf", "oneOf"),
        "contentSchema",
    )
)
"""Keywords that have a schema, or a list of schemas."""
VALUES = frozenset(("example", "examples", "default", "const", "enum"))
"""Keywords with values of the author, in which nothing has a meaning."""


def is_json_schema(schema_format: str | None) -> bool:
    """Return whether a schema format is JSON Schema, as it is where none is named."""
    return schema_format is None or schema_format.startswith(SCHEMA_FORMATS)


def wrapped(node: Node) -> Node | None:
    """Return the schema of a Multi Format Schema Object (AsyncAPI 3.0); None where a node is none."""
    value = node.value
    if isinstance(value, Map) and "schemaFormat" in value and isinstance(value["schemaFormat"], str):
        return node.get("schema")
    return None


def format_around(node: Node) -> str | None:
    """Return the format of the Multi Format Schema Object that a schema is all of."""
    if node.key != "schema":
        return None
    around = node.document.root
    for token in node.pointer[:-1]:
        inner = around.step(token)
        if inner is None:
            return None
        around = inner
    declared = around.get("schemaFormat")
    return declared.value if declared is not None and isinstance(declared.value, str) else None


def has_siblings(node: Node) -> bool:
    """Return whether keywords beside ``$ref`` assert something, if its version of JSON Schema looks at them."""
    value = node.value
    if not isinstance(value, Map) or len(value) < 2:
        return False
    return any(key not in _NEUTRAL and not key.startswith("x-") for key in value)


def with_siblings(node: Node) -> Node:
    """Return a reference with keywords beside it as an ``allOf``, which means the same in every version."""
    value, parts, reference = Map(), Seq(), Map()
    value.update(
        {key: child for key, child in node.value.items() if key != "$ref"} if isinstance(node.value, Map) else {}
    )
    written = value.get("allOf")
    parts.extend(written if isinstance(written, Seq) else ())
    reference["$ref"] = node.ref
    parts.append(reference)
    value["allOf"] = parts
    return node.with_value(value)


def is_modern(node: Node, modern_files: set[str]) -> bool:
    """Return whether keywords beside a ``$ref`` apply; ``modern_files`` are the labels of files where they do."""
    at, declared = node.document.root, "2020-12" if node.document.label in modern_files else ""
    for token in (*node.pointer, ""):
        value = at.value if isinstance(at.value, Map) else Map()
        for key in ("schemaFormat",) if token in SCHEMA_FIELDS else ("$schema",):
            text = value.get(key)
            declared = text if isinstance(text, str) else declared
        inner = at.step(token)
        if inner is None:
            break
        at = inner
    return MODERN.search(declared) is not None


def inherits_format(node: Node) -> bool:
    """Return whether a file is written in the format of the schema that refers to it."""
    root = node.document.root
    return root.get("asyncapi") is None and root.get("$schema") is None


Copies = dict[Identity, tuple[Node, Node]]
"""References and what was made of them, by the place: made once, for their results are remembered by their values."""
