"""Channels and operations to topics: addresses checked, events named, delivery agreed on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from topicwright_codegen import naming
from topicwright_codegen.addresses import PLACEHOLDER, literal_rivals
from topicwright_codegen.asyncapi import Action, Channel, Delivery, Message, Said
from topicwright_codegen.catalog import Parameter, Topic, Type
from topicwright_codegen.correlation import correlation_at
from topicwright_codegen.deprecation import Deprecation, longest
from topicwright_codegen.diagnostics import Diagnostics
from topicwright_codegen.documents import Identity
from topicwright_codegen.drafts import Draft
from topicwright_codegen.partition import partition_key
from topicwright_codegen.schemas import Schemas
from topicwright_codegen.values import Map

V = TypeVar("V", bool, int)
TopicKey: TypeAlias = tuple[Identity, str]

_JSON = re.compile(r"(?:[\w.+-]+/(?:[\w.-]+\+)?)?json\s*(?:;|\Z)", re.IGNORECASE)
SCHEMA_FORMATS = ("application/vnd.aai.asyncapi", "application/schema+", "application/vnd.oai.openapi")
"""What the names of formats start with that are JSON Schema."""


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
    def wire(self) -> str:
        """What is around the payload."""
        return (self.message.envelope or self.channel.envelope) if self.payload else "none"

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


def check_same_address(drafts: Iterable[TopicDraft], diagnostics: Diagnostics) -> None:
    """Report one event type on one address with two payloads: a reader could not tell them apart.

    Bare payloads never can be told apart but by their shape, whatever they are called.
    """
    seen: dict[tuple[str, str], TopicDraft] = {}
    for draft in drafts:
        if draft.channel.address is None:
            continue
        other = seen.setdefault((draft.channel.address.value, draft.event_type), draft)
        if other is not draft and other.payload is not draft.payload:
            report = diagnostics.warning if "none" in (draft.wire, other.wire) else diagnostics.error
            message = f"event {draft.event_type!r} on {draft.channel.address.value!r} is defined twice, differently"
            report("TW306", message, draft.message.entry, "define it once", [other.message.entry])


def collect_types(draft: TopicDraft, schemas: Schemas) -> None:
    """Find the types of payload and headers."""
    message, diagnostics = draft.message, schemas.source.diagnostics
    if message.headers:
        draft.headers = schemas.headers(message.headers, f"{message.key} headers", draft.domain)
    if _is_json(message, diagnostics) and message.payload is not None:
        draft.payload = schemas.payload(message.payload, message.key, draft.domain)


def is_json(message: Message) -> bool:
    """Tell whether the payload is JSON that a schema describes; otherwise it is bytes."""
    return _is_json(message, Diagnostics())


def _is_json(message: Message, diagnostics: Diagnostics) -> bool:
    """Tell whether the payload is JSON that a schema describes; otherwise it is bytes, with a warning where needed."""
    if not _JSON.match(message.content_type):
        if message.payload is not None and not _is_binary(message.payload.value):
            text = f"content type {message.content_type!r} is not JSON: the payload is bytes, its schema is not checked"
            diagnostics.warning("TW307", text, message.payload)
        return False
    if message.schema_format is not None and not message.schema_format.startswith(SCHEMA_FORMATS):
        text = f"schema format {message.schema_format!r} is not supported: the payload is bytes"
        diagnostics.warning("TW308", text, message.payload or message.node)
        return False
    if message.payload is None:
        diagnostics.warning("TW309", f"message {message.key!r} has no payload schema: it is bytes", message.node)
    return message.payload is not None


def _is_binary(schema: object) -> bool:
    return isinstance(schema, Map) and schema.get("format") == "binary"


def finish(draft: TopicDraft, types: Mapping[int, Type], literals: Iterable[str], diagnostics: Diagnostics) -> Topic:
    """Return the final topic."""
    qos = _agreed(draft, "QoS", lambda delivery: delivery.qos, diagnostics)
    headers = _headers(draft, types, diagnostics)
    payload = types[draft.payload.number] if draft.payload else None
    kind, where = correlation_at(draft.message, payload, types, diagnostics)
    names = _arguments(draft.channel, diagnostics)
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
        params=_params(draft.channel, names),
        params_class=draft.params_class if names else "",
        wire=draft.wire,
        qos=1 if qos is None else qos,
        retain=_agreed(draft, "retain", lambda delivery: delivery.retain, diagnostics) or False,
        expiry=_agreed(draft, "message expiry", lambda delivery: delivery.expiry, diagnostics),
        content_type=draft.message.content_type,
        correlation=where if kind == "payload" else None,
        correlation_header=where if kind == "header" else None,
        former_types=draft.message.former_types,
        partition_key=partition_key(draft.message, payload, names, diagnostics),
        replay_window=draft.message.replay_window,
        excludes=literal_rivals(draft.channel.address.value, literals) if names and draft.channel.address else (),
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
    """Return how a topic is delivered: senders decide it, receivers where no sender says it.

    Several documents must agree. Where one of them says several things of a message, the most careful one holds.
    """
    said = [value for _, delivery in draft.sends if (value := read(delivery))]
    said = said or [value for _, delivery in draft.receives if (value := read(delivery))]
    most = max(said, key=lambda value: value.value, default=None)
    for other in said[1:]:
        if other.value != said[0].value:
            one = said[0].node.document is other.node.document
            report = diagnostics.warning if one else diagnostics.error
            message = f"{what} of {draft.event_type!r} is {said[0].value} here and {other.value} there"
            hint = "say it once, and refer to it"
            report(
                "TW310",
                f"{message}: {most.value} is taken" if one and most else message,
                said[0].node,
                hint,
                [other.node],
            )
            break
    return most.value if most else None


def _address(channel: Channel, names: Mapping[str, str]) -> str | None:
    """Return the address with the Python names of its parameters in braces."""
    if channel.address is None:
        return None
    return PLACEHOLDER.sub(lambda found: "{" + names.get(found[1], found[1]) + "}", channel.address.value)


def _arguments(channel: Channel, diagnostics: Diagnostics) -> dict[str, str]:
    """Return the Python name of each parameter; one that others have too stays with who is written like it."""
    exact = {item.name for item in channel.parameters if naming.argument(item.name) == item.name}
    names: dict[str, str] = {}
    for parameter in channel.parameters:
        name = naming.argument(parameter.name)
        if parameter.name not in exact and (name in exact or name in names.values()):
            name = naming.told_apart(name, parameter.name)
            text = f"another parameter has the Python name of {parameter.name!r}, which is called {name!r}"
            diagnostics.warning("TW311", text, parameter.node, "rename one")
        names[parameter.name] = name
    return names


def _params(channel: Channel, names: Mapping[str, str]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(names[parameter.name], parameter.enum, parameter.default, parameter.description)
        for parameter in channel.parameters
    )


def _headers(draft: TopicDraft, types: Mapping[int, Type], diagnostics: Diagnostics) -> Type | None:
    headers = types[draft.headers.number] if draft.headers else None
    if headers is not None and headers.kind != "object":
        diagnostics.warning("TW312", "headers that name no field are not typed", headers.node)
        return None
    return headers
