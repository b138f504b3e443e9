"""Addresses of channels: whether they are MQTT topics or filters."""

from __future__ import annotations

from dataclasses import replace

from topicwright_codegen.asyncapi.model import Channel, Located
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.topic_filters import BROKER, PLACEHOLDER, has_wildcard, is_filter, is_text, strip_share


def with_usable_address(channel: Channel, diagnostics: Diagnostics) -> Channel:
    """Return a channel with its address where that is an MQTT topic or filter, else without one after a warning.

    Other protocols have other addresses: such a channel has a descriptor, and no methods.
    """
    if channel.address is None:
        return channel
    written, node = channel.address.value, channel.address.node
    address = strip_share(written)
    if address != written:
        share = written.removesuffix(address)
        text = f"{share!r} belongs to a subscription, not to an address (MQTT 5, section 4.8.2): it is ignored"
        diagnostics.warning("TW301", text, node, "each subscriber decides whether to share")
    if address and not is_text(address):
        diagnostics.error("TW301", "the address is not an MQTT topic name", node, "at most 65535 bytes, and no NUL")
    elif reason := _unusable(address):
        diagnostics.warning("TW301", f"{reason}: it has a descriptor and no methods", node, "give it a topic's name")
        return replace(channel, address=None, parameters=())
    _report_limits(address, node, diagnostics)
    return channel if address == written else replace(channel, address=Located(address, node))


def _unusable(address: str) -> str:
    """Return why an address is neither an MQTT topic name nor a topic filter (MQTT 5, section 4.7), if so."""
    literal = PLACEHOLDER.sub("", address)
    if not address:
        return "the address is empty"
    if not is_filter(PLACEHOLDER.sub("x", address)):
        return f"address {address!r} is no MQTT topic filter, where '+' is a whole level and '#' the whole last one"
    return f"address {address!r} has an unpaired brace" if "{" in literal or "}" in literal else ""


def _report_limits(address: str, node: Node, diagnostics: Diagnostics) -> None:
    if has_wildcard(PLACEHOLDER.sub("", address)):
        hint = "a {parameter} can be sent and subscribed to"
        message = f"address {address!r} has a wildcard in it: it can only be subscribed to"
        diagnostics.warning("TW302", message, node, hint)
    elif address.startswith(BROKER):
        text = f"address {address!r} is the broker's own: it can only be subscribed to"
        diagnostics.warning("TW302", text, node)
