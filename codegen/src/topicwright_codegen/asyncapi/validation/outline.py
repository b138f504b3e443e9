"""The objects of documents with their kinds, references followed: what is a channel, a message, a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from topicwright_codegen.asyncapi.reading.bundle_parts import FILES
from topicwright_codegen.asyncapi.view import is_version_2
from topicwright_codegen.documents.dialects import VALUES, is_json_schema
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq

REFERENCE = "a reference"
"""The kind of an object other than a schema that has a ``$ref``: its other fields have no effect."""
ENTRY = "a component"
"""A kind that each member of a table of components has, besides its own."""
_OTHER = ""
_SCHEMAS = ("a schema", "a property")
_LISTED = "a list of messages"
_WRAPPED = "a multi format schema"
_FOREIGN = "a schema of another format"
_SCHEMA = {
    **dict.fromkeys(("properties",), "{a property}"),
    **dict.fromkeys(("patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"), "{a schema}"),
    **dict.fromkeys(("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"), "a schema"),
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "propertyNames"), "a schema"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "not", "if", "then", "else"), "a schema"),
}
_BINDINGS = {"bindings": "bindings"}
PARTS: dict[str, dict[str, str]] = {
    "the document": {
        "info": "info",
        "servers": "{a server}",
        "channels": "{a channel}",
        "operations": "{an operation}",
        "components": "components",
        "x-services": "{a service}",
        "x-domains": "{a domain}",
    },
    "components": {
        "schemas": "{a schema}",
        "servers": "{a server}",
        "serverVariables": "{}",
        "channels": "{a channel}",
        "operations": "{an operation}",
        "messages": "{a message}",
        "securitySchemes": "{}",
        "parameters": "{a parameter}",
        "correlationIds": "{}",
        "replies": "{a reply}",
        "replyAddresses": "{}",
        "externalDocs": "{}",
        "tags": "{}",
        "operationTraits": "{an operation trait}",
        "messageTraits": "{a message trait}",
        "serverBindings": "{bindings}",
        "channelBindings": "{bindings}",
        "operationBindings": "{bindings}",
        "messageBindings": "{bindings}",
        FILES: "{components}",
    },
    "a server": {"variables": "{}", **_BINDINGS},
    "a channel": {
        "messages": "{a message}",
        "parameters": "{a parameter}",
        "publish": "an operation",
        "subscribe": "an operation",
        **_BINDINGS,
    },
    "an operation": {
        "channel": "a channel",
        "messages": "a message",
        "message": "a message",
        "reply": "a reply",
        "traits": "an operation trait",
        **_BINDINGS,
    },
    "a reply": {"channel": "a channel", "messages": "a message"},
    "a message": {"payload": "a schema", "headers": "a schema", "traits": "a message trait", **_BINDINGS},
    "an operation trait": _BINDINGS,
    "a message trait": {"headers": "a schema", **_BINDINGS},
    "a parameter": {"schema": "a schema"},
    "a schema": _SCHEMA,
    "a property": _SCHEMA,
    _LISTED: {"oneOf": "a message"},
    _WRAPPED: {"schema": "a schema"},
}
"""By the kind of an object, the kind of each part; ``{kind}`` is a table of such objects by names of the author."""
_NAMES = frozenset(("properties", "patternProperties", "definitions", "$defs"))
"""The keys in these are names that the author gives, wherever they are."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Every object of some documents, and of what they refer to."""

    source: Source
    """Follows references; its diagnostics are nobody's."""
    nodes: dict[Identity, Node] = field(default_factory=dict[Identity, Node])
    kinds: dict[Identity, set[str]] = field(default_factory=dict[Identity, "set[str]"])
    """The kinds that an object is used as; empty for one that has none."""
    names: set[Identity] = field(default_factory=set[Identity])
    """The tables whose keys are names."""

    @classmethod
    def of(cls, documents: Iterable[Document], source: Source) -> Outline:
        """Return the outline of documents that ``source`` has read."""
        outline = cls(source.quiet())
        waiting: list[tuple[Node, str]] = [(document.root, "the document") for document in documents]
        seen: set[tuple[Identity, str]] = set()
        while waiting:
            node, kind = waiting.pop()
            kind = _exact(node, kind)
            if (node.identity, kind) in seen:
                continue
            seen.add((node.identity, kind))
            waiting += outline._add(node, kind)
        return outline

    def _add(self, node: Node, kind: str) -> Iterator[tuple[Node, str]]:
        """Add an object, and yield its parts and what it refers to."""
        if isinstance(node.value, Seq):
            yield from ((item, kind) for item in node.elements() if isinstance(item.value, (Map, Seq)))
        elif isinstance(node.value, Map):
            self.nodes[node.identity] = node
            self._add_kind(node, kind)
            if node.ref is not None:
                yield from self._referred(node, kind)
            initial = self.source.initial(node) if kind in _SCHEMAS else None
            if initial is not None:
                yield initial, "a schema"
            if not kind.startswith("{"):
                yield from _parts(node, kind)
            elif node.ref is None:
                yield from ((entry, kind[1:-1]) for _, entry in node.members())

    def _add_kind(self, node: Node, kind: str) -> None:
        kinds = self.kinds.setdefault(node.identity, set())
        if kind.startswith("{"):
            self.names.add(node.identity)
            return
        kinds.add(kind if node.ref is None or kind in _SCHEMAS else REFERENCE)
        if node.pointer[:1] == ("components",) and len(node.pointer) == 3:
            kinds.add(ENTRY)

    def _referred(self, node: Node, kind: str) -> Iterator[tuple[Node, str]]:
        """Yield what an object refers to, if it is there."""
        target = self.source.hop(node)
        if target is None:
            return
        if target.ref is not None:
            self.source.resolve(node)  # reports a circle
        yield target, "a schema" if kind == "a property" else kind


def _parts(node: Node, kind: str) -> Iterator[tuple[Node, str]]:
    """Yield the parts of an object that can have a meaning, with their kinds."""
    parts = PARTS.get(kind, {})
    for key, part in node.members() if kind != _FOREIGN else ():
        if not isinstance(part.value, (Map, Seq)) or (key in VALUES and key not in parts) or is_extension(key, kind):
            continue
        if key == "payload" and not _is_json_schema(node.value):
            continue
        wanted = parts.get(key) or ("{}" if key in _NAMES else _OTHER)
        yield part, wanted if isinstance(part.value, Map) else wanted.strip("{}")


def is_extension(key: str, kind: str = "") -> bool:
    """Return whether a field is an extension of AsyncAPI, and none with objects that extensions are read in."""
    return key[:2] in ("x-", "X-", "x_") and key not in PARTS.get(kind, {})


def _exact(node: Node, kind: str) -> str:
    """Return the kind of an object that can be one of two, by its fields."""
    value = node.value
    if not isinstance(value, Map):
        return kind
    if kind == "a message" and "oneOf" in value and is_version_2(node.document):
        return _LISTED
    if kind == "a schema" and "schemaFormat" in value and "schema" in value:
        return _WRAPPED if _is_json_schema(value) else _FOREIGN
    return kind


def _is_json_schema(value: object) -> bool:
    declared = value.get("schemaFormat") if isinstance(value, Map) else None
    return not isinstance(declared, str) or is_json_schema(declared)
