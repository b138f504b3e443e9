"""The file that is there: its addresses, and its messages for what was heard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from topicwright_codegen.infer.payloads.events import Event
from topicwright_codegen.infer.payloads.json_values import is_array, is_table
from topicwright_codegen.infer.topics.addresses import Address, Addresses, Level
from topicwright_codegen.infer.topics.parameters import Parameter

_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_TEXT: Final = re.compile(r"text/", re.IGNORECASE)
_JSON: Final = re.compile(r"(?:application/(?:[\w.-]+\+)?json)\b", re.IGNORECASE)


@dataclass(slots=True)
class Existing:
    """A document as it is in its file."""

    document: Any

    def resolve(self, node: Any) -> Any:
        """Follow references inside the document; None where one leads elsewhere."""
        for _ in range(20):
            if not is_table(node) or "$ref" not in node:
                return node
            node = self.at(str(node["$ref"]))
        return None

    def at(self, reference: str) -> Any:
        """Return what a reference to this document leads to; None for another."""
        if not reference.startswith("#/"):
            return None
        node: Any = self.document
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not is_table(node) or key not in node:
                return None
            node = node[key]
        return node

    def channels(self) -> Iterator[tuple[str, Any]]:
        """Yield the key and the body of each channel that is described in this file."""
        for key, channel in _table(self.document, "channels").items():
            body = self.resolve(channel)
            if is_table(body):
                yield key, body

    def message_for(self, channel: Any, event: Event, name: str) -> Any:
        """Return the message that an event is; None where the channel has none for it."""
        messages = [body for body in map(self.resolve, _table(channel, "messages").values()) if is_table(body)]
        for message in messages:
            if event.event_type and event.event_type in _types_of(message):
                return message
        if event.event_type:
            return None
        alike = [message for message in messages if self._kind(message) == _kind_of(event)]
        if event.told_by:
            for message in alike:
                fields = _table(self.resolve(message.get("payload")), "properties")
                field = self.resolve(fields.get(event.told_by))
                if is_table(field) and event.constant in (field.get("const"), *field.get("enum", ())):
                    return message
            return None
        named = next((message for message in alike if message.get("name") == name), None)
        return named if named is not None else max(alike, key=lambda one: self._common(one, event), default=None)

    def _kind(self, message: Any) -> str:
        kind = str(message.get("contentType") or self.document.get("defaultContentType") or "application/json")
        if _JSON.match(kind):
            return "json"
        payload = self.resolve(message.get("payload"))
        is_binary = is_table(payload) and payload.get("format") == "binary"
        return "text" if _TEXT.match(kind) and not is_binary else "bytes"

    def _common(self, message: Any, event: Event) -> int:
        fields = _table(self.resolve(message.get("payload")), "properties")
        return sum(name in fields for name in event.shape.fields)


def _kind_of(event: Event) -> str:
    return "text" if event.kind == "empty" else event.kind


def _types_of(message: Any) -> list[str]:
    former: Any = message.get("x-renamed-from", [])
    former = former if is_array(former) else [former]
    return [str(text) for text in (message.get("x-event-type"), message.get("name"), *former) if text]


def _table(node: Any, key: str) -> Mapping[str, Any]:
    found = node.get(key) if is_table(node) else None
    return cast("Mapping[str, Any]", found) if is_table(found) else {}


def address_of(text: str) -> Address:
    """Return an address as AsyncAPI writes it."""
    levels: list[Level] = []
    for level in text.split("/"):
        if level == "+" or _PARAMETER.search(level):
            name = _PARAMETER.search(level)
            levels.append(Level("", Parameter(), name[1] if name else ""))
        else:
            levels.append(Level(level))
    return Address(tuple(levels))


def pattern_of(address: str) -> str:
    """Return the pattern of an address of a document."""
    return address_of(address).pattern


def addresses_of(texts: Iterator[str]) -> dict[Address, str]:
    """Return the addresses of a document."""
    return {address_of(text): text for text in texts if "#" not in text}


def known_addresses(addresses: Mapping[Address, str]) -> Addresses:
    """Return what finds the address of a topic among those that are there."""
    found = Addresses()
    for address in addresses:
        found.add(address)
    return found
