"""Warnings for channels that are only on servers of other protocols, and for bindings that no client of MQTT reads."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.reading.servers import MQTT
from topicwright_codegen.asyncapi.validation.outline import Outline
from topicwright_codegen.asyncapi.view import is_version_2
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node


def check_protocols(outline: Outline, diagnostics: Diagnostics) -> None:
    """Report the channels that no server of MQTT has, in documents with such a server, and bindings under ``mqtt5``."""
    for identity, node in outline.nodes.items():
        binding = node.get("mqtt5") if "bindings" in outline.kinds[identity] else None
        if binding is not None and binding.value and is_version_2(binding.document):  # version 3 has no such key
            text = "bindings under 'mqtt5' are not used: those under 'mqtt' are for MQTT 5 too"
            diagnostics.warning("TW217", text, binding, "write mqtt")
    for identity, node in outline.nodes.items():
        servers = node.get("servers") if "a channel" in outline.kinds[identity] else None
        if servers is None or not any(map(_is_mqtt, _protocols(node.document.root.get("servers"), outline))):
            continue
        found = [server.get("protocol") for server in _servers(servers, outline)]
        texts = [protocol.value for protocol in found if protocol is not None and isinstance(protocol.value, str)]
        if texts and not any(map(_is_mqtt, texts)):
            others = ", ".join(dict.fromkeys(texts))
            text = f"no server of this channel speaks MQTT (but {others}): its address is used as a topic"
            diagnostics.warning("TW237", text, servers, "leave it to a document of its own")


def _is_mqtt(protocol: str) -> bool:
    return protocol.lower() in MQTT


def _protocols(table: Node | None, outline: Outline) -> Iterator[str]:
    for _, entry in table.members() if table is not None else ():
        server = outline.source.resolve(entry)
        protocol = server.get("protocol") if server is not None else None
        if protocol is not None and isinstance(protocol.value, str):
            yield protocol.value


def _servers(listed: Node, outline: Outline) -> Iterator[Node]:
    """Yield the servers of a channel: references (AsyncAPI 3) or names (AsyncAPI 2)."""
    table = listed.document.root.get("servers")
    for item in listed.elements():
        entry = table.get(item.value) if table is not None and isinstance(item.value, str) else item
        server = outline.source.resolve(entry) if entry is not None else None
        if server is not None:
            yield server
