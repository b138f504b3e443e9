"""Parameters that are said once: what an address names, and its channel does not declare, is that of the components."""

from __future__ import annotations

from collections.abc import Iterable

from topicwright_codegen.asyncapi.short.building import copy_of, put, reference
from topicwright_codegen.asyncapi.view import is_version_2
from topicwright_codegen.documents.node import Document
from topicwright_codegen.documents.pointers import pointer_of
from topicwright_codegen.documents.values import Map, Mark
from topicwright_codegen.topic_filters import PLACEHOLDER


def write_parameters(documents: Iterable[Document]) -> None:
    """Add references to parameters of the components to the channels whose addresses name them."""
    for document in documents:
        root = document.value
        components = root.get("components") if isinstance(root, Map) else None
        shared = components.get("parameters") if isinstance(components, Map) else None
        channels = root.get("channels") if isinstance(root, Map) else None
        if not (isinstance(root, Map) and isinstance(shared, Map) and isinstance(channels, Map)):
            continue
        made = copy_of(channels)
        for key, channel in channels.items():
            if isinstance(channel, Map) and "$ref" not in channel:
                address = key if is_version_2(document) else channel.get("address")
                mark = channel.marks.get("address", channels.marks[key])
                made[key] = _with(channel, address, shared, mark)
        root["channels"] = made


def _with(channel: Map, address: object, shared: Map, mark: Mark) -> Map:
    """Return a channel with the parameters of its address that are in ``shared`` and that it does not declare."""
    own = channel.get("parameters")
    if not isinstance(address, str) or not (own is None or (isinstance(own, Map) and "$ref" not in own)):
        return channel
    parameters = copy_of(own)
    for name in PLACEHOLDER.findall(address):
        if name in shared and name not in parameters:
            put(parameters, name, reference(pointer_of(("components", "parameters", name)), mark), mark)
    if len(parameters) == (len(own) if isinstance(own, Map) else 0):
        return channel
    made = copy_of(channel)
    put(made, "parameters", parameters, channel.marks.get("parameters", mark))
    return made
