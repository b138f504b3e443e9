"""Which domain a channel or a schema belongs to."""

from __future__ import annotations

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.model import Channel


def only_domain(channel: Channel) -> str:
    """Return the domain of a channel in the only file: a second file in its folder of channels must not rename it."""
    path = channel.document.path
    return path.stem if path.parent.name == "channels" else _first_word(channel)


def _first_word(channel: Channel) -> str:
    """Return the first part of an address that is not a parameter, else the channel's id."""
    address = channel.address.value if channel.address else channel.id
    separator = "/" if "/" in address.strip("/") else "."
    parts = [part for part in address.split(separator) if naming.words(part) and "{" not in part]
    return parts[0] if parts else channel.id
