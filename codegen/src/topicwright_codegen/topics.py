"""Channels and operations to topics: addresses checked, events named, delivery agreed on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from topicwright_codegen import naming
from topicwright_codegen.asyncapi import Action, Channel, Delivery, Message, Said
from topicwright_codegen.catalog import BROKER, Parameter, Topic, Type
from topicwright_codegen.correlation import correlation_at
from topicwright_codegen.deprecation import Deprecation, longest
from topicwright_codegen.diagnostics import Diagnostics
from topicwright_codegen.documents import Identity
from topicwright_codegen.drafts import Draft
from topicwright_codegen.partition import partition_key
from topicwright_codegen.schemas import Schemas
from topicwright_codegen.values import Map

V = TypeVar("V")
TopicKey: TypeAlias = tuple[Identity, str]

_JSON = re.compile(r"(?:[\w.+-]+/(?:[\w.-]+\+)?)?json\s*(?:;|\Z)", re.IGNORECASE)
_SCHEMA_FORMATS = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(slots=True, eq=False)
class TopicDraft:
    """One message on one channel while the catalog is built."""

    channel: Channel
    message: Message
    domain: str
    suffix: str = ""
    payload: Draft | None = None
    headers: Draft | None = None
    sends: list[tuple[str, Delivery]] = field(default_factory=list["tuple[str, Delivery]"])
    """Each service that sends it, and how."""
    receives: list[tuple[str, Delivery]] = field(default_factory=list["tuple[str, Delivery]"])
    ends: list[tuple[Action, Deprecation | None]] = field(default_factory=list["tuple[Action, Deprecation | None]"])
    """What each operation on it says of its own end."""

    @property
    def key(self) -> TopicKey:
        """The channel and the message's key in it."""
        return self.channel.node.identity, self.message.key

    @property
    def event_type(self) -> str:
        """The name of the event."""
        return self.message.event_type.value

    @property
    def params_class(self) -> str:
        """The class of the parameters of the address."""
        return naming.class_name(f"{self.suffix} params")


def collect_topics(channels: Iterable[Channel], domains: Mapping[Identity, str]) -> dict[TopicKey, TopicDraft]:
    """Return a draft for each message of each channel."""
    drafts = (
        TopicDraft(channel, message, domains[channel.node.identity])
        for channel in channels
        for message in channel.messages
    )
    return {draft.key: draft for draft in drafts}


def check_address(channel: Channel, diagnostics: Diagnostics) -> None:
    """Report an address that cannot be an MQTT topic name (MQTT 5, section 4.7)."""
    if channel.address is None:
        return
    address, node = channel.address.value, channel.address.node
    literal = _PLACEHOLDER.sub("", address)
    if not address:
        diagnostics.error("TW301", "the address is empty", node)
    elif address.startswith("$share/"):
        hint = "leave $share/NAME/ out: who subscribes decides whether to share"
        diagnostics.error("TW301", "a shared subscription is no address (MQTT 5, section 4.8.2)", node, hint)
    elif not _is_filter(_PLACEHOLDER.sub("x", address)):
        hint = "'+' is a whole level, '#' the whole last one; a {parameter} is better than both"
        diagnostics.error("TW302", f"address {address!r} is no MQTT topic filter", node, hint)
    elif "+" in literal or "#" in literal:
        hint = "a {parameter} can be sent and subscribed to"
        message = f"address {address!r} has a wildcard in it: it can only be subscribed to"
        diagnostics.warning("TW302", message, node, hint)
    elif address.startswith(BROKER):
        text = f"address {address!r} is the broker's own: it can only be subscribed to"
        diagnostics.warning("TW302", text, node)
    elif "\0" in literal or len(address.encode("utf-8", "replace")) > 65535:
        diagnostics.error("TW301", "the address is not an MQTT topic name", node)
    elif "{" in literal or "}" in literal:
        diagnostics.error("TW301", f"address {address!r} has an unpaired brace", node)


def _is_filter(text: str) -> bool:
    """Tell whether wildcards stand where MQTT allows them (MQTT 5, section 4.7.1)."""
    *levels, last = text.split("/")
    return all(level == "+" or not {"+", "#"} & set(level) for level in [*levels, last.replace("#", "", last == "#")])


def name_topics(drafts: Iterable[TopicDraft], diagnostics: Diagnostics) -> None:
    """Give each topic what follows ``publish_`` and ``on_``.

    It is the event type; where several channels carry one event type, the channel's id stands before it. Two event
    types with one Python name are refused.
    """
    by_name: dict[str, list[TopicDraft]] = {}
    for draft in drafts:
        by_name.setdefault(naming.method_suffix(draft.event_type), []).append(draft)
    final: dict[str, TopicDraft] = {}
    for name, group in by_name.items():
        _refuse_two_types(name, group, diagnostics)
        for draft in group:
            draft.suffix = name if len(group) == 1 else naming.method_suffix(f"{draft.channel.id} {draft.event_type}")
            _check_suffix(draft, final, diagnostics)


def _refuse_two_types(name: str, group: list[TopicDraft], diagnostics: Diagnostics) -> None:
    first = group[0].message.event_type
    for other in (draft.message.event_type for draft in group[1:]):
        if other.value != first.value:
            message = f"events {first.value!r} and {other.value!r} both have the Python name {name!r}"
            diagnostics.error("TW303", message, other.node, "change a name, or set x-event-type", [first.node])


def _check_suffix(draft: TopicDraft, final: dict[str, TopicDraft], diagnostics: Diagnostics) -> None:
    said = draft.message.event_type
    if not draft.suffix:
        diagnostics.error("TW304", f"event type {said.value!r} has no letter or digit", said.node, "set x-event-type")
    elif draft.suffix in final and final[draft.suffix].event_type == draft.event_type:
        other = final[draft.suffix]
        message = f"two events have the Python name {draft.suffix!r}"
        diagnostics.error("TW303", message, draft.channel.node, "set x-event-type on one", [other.channel.node])
    elif draft.suffix.endswith("_"):
        message = f"event type {said.value!r} would hide a method of the client; its methods end with an underscore"
        diagnostics.warning("TW305", message, said.node, "a longer event type reads better")
    final.setdefault(draft.suffix, draft)


def check_same_address(drafts: Iterable[TopicDraft], diagnostics: Diagnostics) -> None:
    """Report one event type on one address with two payloads: a reader could not tell them apart."""
    seen: dict[tuple[str, str], TopicDraft] = {}
    for draft in drafts:
        if draft.channel.address is None:
            continue
        other = seen.setdefault((draft.channel.address.value, draft.event_type), draft)
        if other is not draft and other.payload is not draft.payload:
            message = f"event {draft.event_type!r} on {draft.channel.address.value!r} is defined twice, differently"
            diagnostics.error("TW306", message, draft.message.entry, "define it once", [other.message.entry])


def collect_types(draft: TopicDraft, schemas: Schemas) -> None:
    """Find the types of payload and headers."""
    message, diagnostics = draft.message, schemas.source.diagnostics
    if message.headers:
        draft.headers = schemas.headers(message.headers, f"{message.key} headers", draft.domain)
    if _is_json(message, diagnostics) and message.payload is not None:
        draft.payload = schemas.payload(message.payload, message.key, draft.domain)


def _is_json(message: Message, diagnostics: Diagnostics) -> bool:
    """Tell whether the payload is JSON that a schema describes; otherwise it is bytes, with a warning where needed."""
    if not _JSON.match(message.content_type):
        if message.payload is not None and not _is_binary(message.payload.value):
            text = f"content type {message.content_type!r} is not JSON: the payload is bytes, its schema is not checked"
            diagnostics.warning("TW307", text, message.payload)
        return False
    if message.schema_format is not None and not message.schema_format.startswith(_SCHEMA_FORMATS):
        text = f"schema format {message.schema_format!r} is not supported: the payload is bytes"
        diagnostics.warning("TW308", text, message.payload or message.node)
        return False
    if message.payload is None:
        diagnostics.warning("TW309", f"message {message.key!r} has no payload schema: it is bytes", message.node)
    return message.payload is not None


def _is_binary(schema: object) -> bool:
    return isinstance(schema, Map) and schema.get("format") == "binary"


def matches(address: str, topic: str) -> bool:
    """Return whether a filter of ``address``, every parameter a wildcard, gets what is sent to ``topic``."""
    levels, others = address.split("/"), topic.split("/")
    return len(levels) == len(others) and all(
        "{" in level or level == other for level, other in zip(levels, others, strict=True)
    )


def literal_rivals(draft: TopicDraft, literals: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses without parameters that a subscription to this topic gets messages of."""
    address = draft.channel.address.value if draft.channel.address else ""
    return tuple(sorted(topic for topic in literals if topic != address and matches(address, topic)))


def finish(draft: TopicDraft, types: Mapping[int, Type], literals: Iterable[str], diagnostics: Diagnostics) -> Topic:
    """Return the final topic."""
    qos = _agreed(draft, "QoS", lambda delivery: delivery.qos, diagnostics)
    headers = _headers(draft, types, diagnostics)
    payload = types[draft.payload.number] if draft.payload else None
    kind, where = correlation_at(draft.message, payload, types, diagnostics)
    names = {parameter.name: naming.argument(parameter.name) for parameter in draft.channel.parameters}
    ends = draft.message.deprecation or draft.channel.deprecation
    return Topic(
        key=draft.key,
        suffix=draft.suffix,
        constant=naming.constant(draft.suffix),
        domain=draft.domain,
        address=_address(draft.channel, names),
        event_type=draft.event_type,
        payload=payload,
        headers=headers,
        headers_required=headers is not None and any(field.required for field in headers.fields),
        params=_params(draft.channel, names, diagnostics),
        params_class=draft.params_class if names else "",
        wire=draft.message.envelope or draft.channel.envelope if payload else "none",
        qos=1 if qos is None else qos,
        retain=_agreed(draft, "retain", lambda delivery: delivery.retain, diagnostics) or False,
        expiry=_agreed(draft, "message expiry", lambda delivery: delivery.expiry, diagnostics),
        content_type=draft.message.content_type,
        correlation=where if kind == "payload" else None,
        correlation_header=where if kind == "header" else None,
        former_types=draft.message.former_types,
        partition_key=partition_key(draft.message, payload, names, diagnostics),
        replay_window=draft.message.replay_window,
        excludes=literal_rivals(draft, literals) if names else (),
        doc=draft.message.text or (payload.doc if payload else "") or draft.channel.text,
        deprecation=ends,
        sending=ends or longest(ended for action, ended in draft.ends if action == "send"),
        receiving=ends or longest(ended for action, ended in draft.ends if action == "receive"),
        publishers=tuple(sorted({service for service, _ in draft.sends})),
        subscribers=tuple(sorted({service for service, _ in draft.receives})),
        node=draft.message.node,
        channel=draft.channel.node,
    )


def _agreed(
    draft: TopicDraft, what: str, read: Callable[[Delivery], Said[V] | None], diagnostics: Diagnostics
) -> V | None:
    """Return how a topic is delivered: senders decide it, receivers where no sender says it; they must agree."""
    said = [value for _, delivery in draft.sends if (value := read(delivery))]
    said = said or [value for _, delivery in draft.receives if (value := read(delivery))]
    for other in said[1:]:
        if other.value != said[0].value:
            message = f"{what} of {draft.event_type!r} is {said[0].value} here and {other.value} there"
            diagnostics.error("TW310", message, said[0].node, "say it once, and refer to it", [other.node])
            break
    return said[0].value if said else None


def _address(channel: Channel, names: Mapping[str, str]) -> str | None:
    """Return the address with the Python names of its parameters in braces."""
    if channel.address is None:
        return None
    return _PLACEHOLDER.sub(lambda found: "{" + names.get(found[1], found[1]) + "}", channel.address.value)


def _params(channel: Channel, names: Mapping[str, str], diagnostics: Diagnostics) -> tuple[Parameter, ...]:
    seen: dict[str, Parameter] = {}
    for parameter in channel.parameters:
        name = names[parameter.name]
        if name in seen:
            diagnostics.error("TW311", f"two parameters have the Python name {name!r}", parameter.node, "rename one")
        seen[name] = Parameter(name, parameter.enum, parameter.default, parameter.description)
    return tuple(seen.values())


def _headers(draft: TopicDraft, types: Mapping[int, Type], diagnostics: Diagnostics) -> Type | None:
    headers = types[draft.headers.number] if draft.headers else None
    if headers is not None and headers.kind != "object":
        diagnostics.warning("TW312", "headers that name no field are not typed", headers.node)
        return None
    return headers
