"""Channels and operations to topics: addresses checked, events named, delivery agreed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.deprecation import longest
from topicwright_codegen.asyncapi.model import Channel, Delivery, Said
from topicwright_codegen.asyncapi.payload_kind import is_json_media_type
from topicwright_codegen.catalog.key_fields import correlation_at, partition_key
from topicwright_codegen.catalog.model import Parameter, Topic
from topicwright_codegen.catalog.topic_draft import TopicDraft, TopicKey
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.schemas.lowering import Schemas
from topicwright_codegen.schemas.types import Type
from topicwright_codegen.topic_filters import PLACEHOLDER, literal_rivals

V = TypeVar("V", bool, int)


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
    if is_json_media_type(message, diagnostics) and message.payload is not None:
        draft.payload = schemas.payload(message.payload, message.key, draft.domain)


def finish(draft: TopicDraft, types: Mapping[int, Type], literals: Iterable[str], diagnostics: Diagnostics) -> Topic:
    """Return the final topic."""
    qos = _agreed(draft, "QoS", lambda delivery: delivery.qos, diagnostics)
    headers = _headers(draft, types, diagnostics)
    payload = types[draft.payload.number] if draft.payload else None
    kind, where = correlation_at(draft.message, payload, types, diagnostics)
    names = _arguments(draft.channel, diagnostics)
    address = _address(draft.channel, names)
    ends = draft.message.deprecation or draft.channel.deprecation
    return Topic(
        key=draft.key,
        suffix=draft.suffix,
        constant=naming.constant(draft.suffix),
        domain=draft.domain,
        address=address,
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
        excludes=() if address is None else literal_rivals(address, literals),
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
