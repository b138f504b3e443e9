"""The docstrings of types and fields: what the author says beyond their names."""

from __future__ import annotations

import re

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.deprecation import deprecation_of
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map
from topicwright_codegen.schemas.json_schema.rewrites import own_name


def described_type(node: Node, name: str) -> str:
    """Return the docstring of the class ``name``, empty where its author says nothing."""
    return _text(node, name, own_name(node))


def described_field(node: Node, resolved: Node, source: Source, name: str) -> str:
    """Return the docstring of the field ``name``: its own text, else that of its type, and the unit."""
    text = _text(node, name) or _text(resolved, name, own_name(resolved))
    unit = _stripped(node, "x-unit") or _stripped(resolved, "x-unit")
    if unit and not re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", text):
        text = f"{_sentence(text)} Unit: {unit}.".strip()
    ends = deprecation_of(node, source)
    return f"{_sentence(text)} {ends}".strip() if ends else text


def _text(node: Node, *names: str) -> str:
    """Return the description of a schema, else its title where it is more than one of the names."""
    title = _stripped(node, "title")
    return _stripped(node, "description") or ("" if naming.repeats(title, names) else _sentence(title))


def _stripped(node: Node, key: str) -> str:
    value = node.value.get(key) if isinstance(node.value, Map) else None
    return value.strip() if isinstance(value, str) else ""


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."
