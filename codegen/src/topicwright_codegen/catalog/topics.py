"""Drafts to topics: agreed delivery, key fields, and names of parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.deprecation import Deprecation, latest_deprecation
from topicwright_codegen.asyncapi.model import Channel, Delivery, Located
from topicwright_codegen.asyncapi.model import Parameter as DeclaredParameter
from topicwright_codegen.catalog.key_fields import keys_of
from topicwright_codegen.catalog.model import Parameter, Topic
from topicwright_codegen.catalog.topic_draft import TopicDraft
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.schemas.fields.message_leniencies import MessageLeniencies
from topicwright_codegen.schemas.types import Type
from topicwright_codegen.topic_filters import PLACEHOLDER, literal_rivals

V = TypeVar("V", bool, int)


class _Delivery(NamedTuple):
    qos: int
    retain: bool
    expiry: int | None


class _Ends(NamedTuple):
    own: Deprecation | None
    sending: Deprecation | None
    receiving: Deprecation | None


@dataclass(frozen=True, slots=True)
class TopicBuilder:
    """Makes the final topics."""

    types: Mapping[int, Type]
    literals: Collection[str]
    """The addresses without parameters and wildcards."""
    diagnostics: Diagnostics
    leniencies: MessageLeniencies

    def build(self, draft: TopicDraft) -> Topic:
        """Return the final topic."""
        payload, headers = self._payload(draft), self._headers(draft)
        names = _arguments(draft.channel, self.diagnostics)
        address = _address(draft.channel, names)
        delivery, ends = _delivery_of(draft, self.diagnostics), _ends_of(draft)
        keys = keys_of(draft.message, payload, names, self.types, self.diagnostics)
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
            params_name=draft.params_class if names else "",
            params_class=None,
            event_alias="",
            wire=draft.wire,
            qos=delivery.qos,
            retain=delivery.retain,
            expiry=delivery.expiry,
            content_type=draft.message.content_type,
            correlation=keys.correlation,
            correlation_header=keys.correlation_header,
            former_types=draft.message.former_types,
            partition_key=keys.partition,
            replay_window=draft.message.replay_window,
            beside=(),
            error_class=draft.error_class,
            excludes=() if address is None else literal_rivals(address, self.literals),
            lenient=self.leniencies.of(draft.message.lenient, payload),
            doc=_doc(draft, payload),
            deprecation=ends.own,
            sending=ends.sending,
            receiving=ends.receiving,
            publishers=_services(draft.sends),
            subscribers=_services(draft.receives),
            node=draft.message.node,
            channel=draft.channel.node,
            channel_id=draft.channel.id,
        )

    def _payload(self, draft: TopicDraft) -> Type | None:
        return self.types[draft.payload.number] if draft.payload else None

    def _headers(self, draft: TopicDraft) -> Type | None:
        headers = self.types[draft.headers.number] if draft.headers else None
        if headers is not None and headers.kind != "object":
            self.diagnostics.warning("TW312", "headers that name no field are not typed", headers.node)
            return None
        return headers


def _doc(draft: TopicDraft, payload: Type | None) -> str:
    """Return the docstring of a topic: of its message, its payload or its channel, the first that says something."""
    names = draft.event_type, draft.message.key, payload.symbol.name if payload and payload.symbol else draft.event_type
    text = "" if naming.repeats(draft.message.text, names) else draft.message.text
    return text or (payload.doc if payload else "") or draft.channel.text


def _services(uses: Iterable[tuple[str, Delivery]]) -> tuple[str, ...]:
    return tuple(sorted({service for service, _ in uses}))


def _ends_of(draft: TopicDraft) -> _Ends:
    own = draft.message.deprecation or draft.channel.deprecation
    sending = latest_deprecation(deprecation for action, deprecation in draft.ends if action == "send")
    receiving = latest_deprecation(deprecation for action, deprecation in draft.ends if action == "receive")
    return _Ends(own, own or sending, own or receiving)


def _delivery_of(draft: TopicDraft, diagnostics: Diagnostics) -> _Delivery:
    qos = _agreed(draft, "QoS", lambda delivery: delivery.qos, diagnostics)
    retain = _agreed(draft, "retain", lambda delivery: delivery.retain, diagnostics)
    expiry = _agreed(draft, "message expiry", lambda delivery: delivery.expiry, diagnostics)
    return _Delivery(1 if qos is None else qos, retain or False, expiry)


def _agreed(
    draft: TopicDraft, what: str, read: Callable[[Delivery], Located[V] | None], diagnostics: Diagnostics
) -> V | None:
    """Return one value of how a topic is delivered: of its senders, else of its receivers.

    Several documents must agree. Where one document has several values for a message, the largest is used.
    """
    values = [value for _, delivery in draft.sends if (value := read(delivery))]
    values = values or [value for _, delivery in draft.receives if (value := read(delivery))]
    declared = read(draft.message.delivery)
    values = values or ([] if declared is None else [declared])
    if not values:
        return None
    most = max(value.value for value in values)
    first = values[0]
    other = next((value for value in values if value.value != first.value), None)
    if other is not None:
        one_document = first.node.document is other.node.document
        report = diagnostics.warning if one_document else diagnostics.error
        message = f"{what} of {draft.event_type!r} is {first.value} here and {other.value} there"
        used = f": {most} is used" if one_document else ""
        report("TW310", message + used, first.node, "declare it once, and refer to it", [other.node])
    return most


def _address(channel: Channel, names: Mapping[str, str]) -> str | None:
    """Return the address with the Python names of its parameters in braces."""
    if channel.address is None:
        return None
    return PLACEHOLDER.sub(lambda match: "{" + names.get(match[1], match[1]) + "}", channel.address.value)


def _arguments(channel: Channel, diagnostics: Diagnostics) -> dict[str, str]:
    """Return the Python name of each parameter; of two that would share one, the parameter that equals it keeps it."""
    exact = {item.name for item in channel.parameters if naming.argument(item.name) == item.name}
    names: dict[str, str] = {}
    for parameter in channel.parameters:
        name = naming.argument(parameter.name)
        if parameter.name not in exact and (name in exact or name in names.values()):
            name = naming.with_digits(name, parameter.name)
            text = f"another parameter has the Python name of {parameter.name!r}, which is called {name!r}"
            diagnostics.warning("TW311", text, parameter.node, "rename one")
        names[parameter.name] = name
    return names


def _params(channel: Channel, names: Mapping[str, str]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            names[parameter.name], parameter.enum, parameter.default, parameter.description, _component(parameter)
        )
        for parameter in channel.parameters
    )


def _component(parameter: DeclaredParameter) -> str:
    """Return the key of a parameter among the components."""
    pointer = parameter.node.pointer
    return pointer[-1] if len(pointer) == 3 and pointer[:2] == ("components", "parameters") else ""
