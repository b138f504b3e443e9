"""Names of the messages of AsyncAPI 2 that have none: by what they are, so that a new one in front renames no other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.model import Action
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, plain

_VERBS = frozenset(("consume", "emit", "handle", "on", "produce", "publish", "receive", "send", "subscribe"))
_LINKS = frozenset(("for", "from", "to"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that an operation lists, before it has its key."""

    node: Node
    """As it is listed."""
    view: View
    """The definition."""
    channel: str
    action: Action
    operation: str
    """The id of the operation where that lists this message alone; else empty."""

    @property
    def own_key(self) -> str | None:
        """The name that the author gave: its key among components, else its ``messageId`` or ``name``."""
        node = self.view.node
        if len(node.pointer) >= 2 and node.pointer[-2] == "messages":
            return node.key
        if self.node.ref is not None and not node.pointer:
            return node.document.path.stem
        return self.view.text("messageId") or self.view.text("name")


def keys_of(entries: Sequence[Entry]) -> dict[Identity, str]:
    """Return the key of each message of a channel, by its definition.

    A message without a name is called by its title, its operation, its payload, or its channel: the first of these that
    no other message of the channel has. Where there is none, its channel and direction get digits made of its text.
    """
    known = {entry.view.node.identity: entry for entry in reversed(entries)}
    listed = [known[identity] for identity in dict.fromkeys(entry.view.node.identity for entry in entries)]
    own = [entry.own_key for entry in listed]
    words = [[] if name else [*_words(entry)] for name, entry in zip(own, listed, strict=True)]
    chosen = naming.distinct(words, [name for name in own if name])
    keys: dict[Identity, str] = {}
    for entry, name, word in zip(listed, own, chosen, strict=True):
        key = name or word or naming.with_digits(f"{entry.channel} {entry.action}", _text(entry.view.node))
        while key in keys.values():
            key = f"{key} {len(keys) + 1}"
        keys[entry.view.node.identity] = key
    return keys


def _words(entry: Entry) -> Iterator[str]:
    """Yield the names that a message can have, the best first."""
    title, payload = entry.view.text("title"), entry.view.raw("payload")
    words = [title, _without_verb(entry.operation), *_payload_words(payload, entry.view.source)]
    yield from (word for word in words if word and naming.snake(word))
    yield entry.channel
    yield f"{entry.channel} {entry.action}"
    for word in _kinds(payload, entry.view.source):
        yield f"{entry.channel} {entry.action} {word}"


def _without_verb(operation: str) -> str:
    """Return what an operation is about: methods begin with a verb of their own."""
    words = naming.snake(operation).split("_")
    if len(words) > 1 and words[0] in _VERBS:
        words = words[2:] if len(words) > 2 and words[1] in _LINKS else words[1:]
    return "_".join(words)


def _payload_words(payload: Node | None, source: Source) -> Iterator[str]:
    """Yield the name of the schema of a payload, its title, and its constants."""
    schema = _resolved(payload, source)
    if payload is None or schema is None:
        return
    if payload.ref is not None:
        yield schema.key or schema.document.path.stem
    title = schema.get("title")
    if title is not None and isinstance(title.value, str):
        yield title.value
    properties = schema.get("properties")
    for _, node in properties.members() if properties is not None else ():
        value = _only_value(_resolved(node, source))
        if value and not value[0].isdigit():
            yield value


def _kinds(payload: Node | None, source: Source) -> Iterator[str]:
    """Yield the type of a payload, and the fields that it requires."""
    schema = _resolved(payload, source)
    kind, required = (schema.get("type"), schema.get("required")) if schema is not None else (None, None)
    if kind is not None and isinstance(kind.value, str):
        yield kind.value
    for item in required.elements() if required is not None else ():
        yield f"with {item.value}"


def _resolved(node: Node | None, source: Source) -> Node | None:
    resolved = source.resolve(node) if node is not None else None
    return resolved if resolved is not None and isinstance(resolved.value, Map) else None


def _only_value(schema: Node | None) -> str:
    """Return the only text that a schema allows."""
    value: Mapping[str, object] = schema.value if schema is not None and isinstance(schema.value, Map) else {}
    listed = value.get("enum")
    only = value.get("const", listed[0] if isinstance(listed, Seq) and len(listed) == 1 else None)
    return only if isinstance(only, str) else ""


def _text(node: Node) -> str:
    return json.dumps(plain(node.value), sort_keys=True, default=str)
