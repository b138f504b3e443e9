"""Several documents together: their channels, and the names of their services."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.model import Api, Channel
from topicwright_codegen.documents.source import Source

_GENERIC_STEMS = ("asyncapi", "index", "api", "spec")


def channels_of(apis: Iterable[Api]) -> list[Channel]:
    """Return every channel once: files by their labels, channels in the author's order."""
    listed = list(apis)
    unique = {channel.node.identity: channel for api in listed for channel in api.channels}
    for operation in (operation for api in listed for operation in api.operations):
        channel = unique.setdefault(operation.channel.node.identity, operation.channel)
        unique[channel.node.identity] = channel.with_messages(operation.messages)
        reply = operation.reply
        if reply is not None:
            channel = unique.setdefault(reply.channel.node.identity, reply.channel)
            unique[channel.node.identity] = channel.with_messages(reply.messages)
    return sorted(unique.values(), key=lambda channel: channel.document.label)


def origin_of(apis: Sequence[Api], source: Source) -> str:
    """Return the source that is named in files that come from the whole catalog."""
    if len({api.document for api in apis}) == 1:
        return apis[0].label
    return Path(os.path.relpath(source.folder, source.labels)).as_posix() + "/"


def service_name(api: Api) -> str:
    """Return the name of a service: the stem of its file, or its title where the stem is generic."""
    if api.service:
        return api.service
    stem = _stem(api)
    return (api.title if stem in _GENERIC_STEMS else stem) or stem


def named_by_title(api: Api) -> bool:
    """Return whether the document itself names its service, and not its file, whose name is a generic one."""
    return bool(api.service) or _stem(api) in _GENERIC_STEMS


def _stem(api: Api) -> str:
    return PurePosixPath(api.label).stem.removesuffix(".asyncapi")


def only_domain(path: Path, address: str | None, id_: str) -> str:
    """Return the domain of a channel in the only file: a second file in its folder of channels must not rename it."""
    return path.stem if path.parent.name == "channels" else _first_word(id_ if address is None else address, id_)


def _first_word(address: str, id_: str) -> str:
    """Return the first part of an address that is not a parameter, else the channel's id."""
    separator = "/" if "/" in address.strip("/") else "."
    parts = [part for part in address.split(separator) if naming.words(part) and "{" not in part]
    return parts[0] if parts else id_
