"""What was heard on one address, as a channel with its messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.infer.drafting.comments import line
from topicwright_codegen.infer.drafting.names import Names, parameter_names, text_of
from topicwright_codegen.infer.drafting.nodes import Node, behind, in_one_line, mapping
from topicwright_codegen.infer.drafting.schema import Writer, flat, note_questions, remark_of, scalar_text
from topicwright_codegen.infer.payloads.envelopes import Envelope
from topicwright_codegen.infer.payloads.events import Event, Observed, told_apart
from topicwright_codegen.infer.topics.addresses import Address

OCTETS: Final = "application/octet-stream"
_TEXT: Final = "text/plain"


@dataclass(slots=True)
class Channel:
    """A channel of the draft, and what else it adds to the document."""

    key: str
    address: Address
    parameters: Sequence[str]
    observed: Observed
    body: Node = field(default_factory=mapping)
    schemas: dict[str, Node] = field(default_factory=dict[str, Node])
    messages: dict[str, Event] = field(default_factory=dict[str, Event])
    """The events of the channel by the keys of their messages."""
    comments: list[str] = field(default_factory=list[str])
    """What was seen, for the lines before the channel."""

    @property
    def text(self) -> str:
        """The address as AsyncAPI writes it."""
        return text_of(self.address, self.parameters)

    @property
    def qos(self) -> int:
        """The highest QoS that was seen."""
        return max(self.observed.qos, default=0)

    @property
    def retain(self) -> bool:
        """Whether most messages are retained."""
        return 2 * self.observed.retained > self.observed.count

    @property
    def expiry(self) -> int:
        """The message expiry interval that all messages have, in seconds; 0 for none.

        It is not known where each topic had one message and that was retained: the broker may have stored it, and
        sends what is left of the interval (MQTT 5, section 3.3.2.3.3).
        """
        seen = self.observed
        return seen.expiry if seen.expiring == seen.count and not _perhaps_stored(seen) else 0


def channel_of(address: Address, observed: Observed, names: Names, writer: Writer, default: Envelope) -> Channel:
    """Return the channel of an address.

    Args:
        address: the address.
        observed: what was heard on it.
        names: gives names.
        writer: makes schemas.
        default: the envelope of the document.
    """
    parameters = parameter_names(address)
    channel = Channel(names.channel(address, parameters), address, parameters, observed)
    channel.comments = _comments(channel)
    body = channel.body
    body["address"] = channel.text
    if address.convention:
        body["description"] = f"{address.convention}."
    if parameters:
        body["parameters"] = _parameters(channel, writer.examples)
    delivery = body["x-mqtt"] = mapping(qos=channel.qos)
    in_one_line(delivery)
    if channel.retain:
        delivery["retain"] = True
    if channel.expiry:
        delivery["expiry"] = channel.expiry
    messages = body["messages"] = mapping()
    events = [one for event in observed.events.values() for one in told_apart(event)]
    for event in sorted(events, key=lambda one: -one.count) or [Event("bytes")]:
        name = names.event(address, parameters, event)
        key = _key(name, messages)
        messages[key] = _message(channel, event, name, names, writer, default)
        channel.messages[key] = event
    return channel


def _key(name: str, taken: Node) -> str:
    words = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name) or "message"
    key, number = words, 2
    while key in taken:
        key, number = f"{words}_{number}", number + 1
    return key


def _parameters(channel: Channel, examples: bool) -> Node:
    out = mapping()
    found = [level.parameter for level in channel.address.levels if level.parameter is not None]
    for name, parameter in zip(channel.parameters, found, strict=True):
        out[name] = mapping()
        in_one_line(out[name])
        if examples:
            out[name]["examples"] = list(islice(filter(str.isprintable, parameter.values), 3))
        behind(out, name, f"{counted(len(parameter.values), 'value')}: {parameter.reason}")
    return out


def _perhaps_stored(seen: Observed) -> bool:
    return seen.retained == seen.count == seen.topics


def _comments(channel: Channel) -> list[str]:
    seen = channel.observed
    qos = " and ".join(f"{level}" for level in sorted(seen.qos))
    said = [f"{counted(seen.count, 'message')} on {counted(seen.topics, 'topic')}, QoS {qos}"]
    if len(seen.qos) > 1:
        said.append("QoS differs: " + ", ".join(f"{level} in {number}" for level, number in sorted(seen.qos.items())))
    if seen.retained:
        said.append(f"retained: {seen.retained} of {seen.count}")
    if seen.cleared:
        said.append(f"{counted(seen.cleared, 'empty payload')} with RETAIN: a retained message was deleted")
    if 0 < seen.expiring < seen.count:
        said.append(f"message expiry in {seen.expiring} of {seen.count}, at most {seen.expiry} s")
    elif seen.expiring and _perhaps_stored(seen):
        said.append(
            f"message expiry: {seen.expiry} s or more, stored messages show what is left of it. How much is it?"
        )
    if seen.broken:
        are = "that is no JSON, though it begins so" if seen.broken == 1 else "that are no JSON, though they begin so"
        said.append(f"{counted(seen.broken, 'payload')} {are}: {seen.broken_why}")
    if seen.roles:
        roles = ", ".join(f"{role} ({number})" for role, number in seen.roles.most_common())
        said.append(f"Home Assistant's discovery names topics of it: {roles}")
    said += channel.address.doubts
    if seen.left_out:
        said.append(
            f"{counted(seen.left_out, 'message')} of event types that are too many, too long or not printable: not here"
        )
    return [line(text) for text in said]


def _message(channel: Channel, event: Event, name: str, names: Names, writer: Writer, default: Envelope) -> Node:
    out = mapping(name=name)
    if event.envelope != default and event.kind == "json":
        out["x-envelope"] = event.envelope
    elif event.kind != "json" and default != "none":
        out["x-envelope"] = "none"
    if channel.observed.headers:
        out["headers"] = _headers(channel.observed)
    if event.kind == "json":
        out["payload"] = _payload(channel, event, name, names, writer)
    elif event.kind == "text":
        out["contentType"] = _TEXT
        out["payload"] = scalar_text(event.shape, channel.address.levels[-1].text, writer.examples)
    elif event.kind == "empty":
        out["contentType"] = _TEXT
        out["payload"] = flat(mapping(type="string", maxLength=0))
    else:
        stated = [kind for kind in channel.observed.content_types if kind.isprintable() and "/" in kind]
        out["contentType"] = stated[0] if len(stated) == 1 and "json" not in stated[0] else OCTETS
        out["payload"] = flat(mapping(type="string", format="binary"))
    note_questions(out, "payload", out["payload"])
    return out


def _headers(observed: Observed) -> Node:
    out = mapping(type="object")
    properties = out["properties"] = mapping()
    for name in sorted(observed.headers):
        properties[name] = flat(mapping(type="string"))
        behind(properties, name, f"in {observed.headers[name]} of {observed.count}")
    return out


def _payload(channel: Channel, event: Event, name: str, names: Names, writer: Writer) -> Node:
    schema: Any = writer.schema(event.shape, name, told=(event.told_by, event.constant) if event.told_by else None)
    key = names.schema(name)
    channel.schemas[key] = schema
    out = mapping()
    out["$ref"] = f"#/components/schemas/{key}"
    in_one_line(out)
    if remark_of(schema):
        channel.comments.append(line(f"{name}: {remark_of(schema)}"))
    return out
