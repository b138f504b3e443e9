"""Style and consistency rules for catalogs; all of their diagnostics are warnings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.validation.unused import unused_components
from topicwright_codegen.catalog.alike_messages import AlikeMessages
from topicwright_codegen.catalog.model import Catalog, Topic
from topicwright_codegen.catalog.reading import Reading
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.fields.examples import Examples
from topicwright_codegen.schemas.json_schema.units import is_quantity, names_unit
from topicwright_codegen.schemas.types import Type
from topicwright_codegen.topic_filters import filter_of, has_wildcard, overlap

Problem: TypeAlias = tuple[str, str, Node, str, Sequence[Node]]
"""Code, message, node, hint and related nodes of a diagnostic."""
_KINDS = {
    "replies": "reply",
    "replyAddresses": "reply address",
    "serverBindings": "server binding",
    "channelBindings": "channel binding",
    "operationBindings": "operation binding",
    "messageBindings": "message binding",
}
"""What one component is called, where that is not the name of its table without the plural."""
_CONSTANT = re.compile(r"[A-Za-z_][\w.-]*\Z")
Rule: TypeAlias = Callable[[Sequence[Api], Catalog], Iterator[Problem]]


def lint(reading: Reading, ignored: Collection[str] = ()) -> None:
    """Report each part of a catalog that breaks a rule; ``ignored`` are codes that the settings turn off."""
    diagnostics = reading.source.diagnostics
    rules: list[Rule] = [*RULES, unused_component(reading.source), AlikeMessages(reading.source)]
    rules += wrong_example(reading.source), impossible_value(reading.source)
    for rule in rules:
        for code, message, node, hint, related in rule(reading.apis, reading.catalog):
            if code not in ignored and not _ignored(code, node):
                diagnostics.warning(code, message, node, hint, related)


def _ignored(code: str, node: Node) -> bool:
    """Return whether the author turns a code off for a node, by ``x-lint-ignore``."""
    codes = node.get("x-lint-ignore")
    return codes is not None and code in (codes.value if isinstance(codes.value, list | tuple) else [codes.value])


def undescribed_event(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW501: an event has no text."""
    for topic in catalog.topics:
        if not topic.doc:
            yield "TW501", f"event {topic.event_type!r} has no summary or description", topic.node, "", ()


def undescribed_field(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW502: a field has no description."""
    for type_ in catalog.types:
        for field in type_.fields:
            if not field.doc:
                yield "TW502", f"field {field.wire!r} has no description", field.node, "", ()


def unused_component(source: Source) -> Rule:
    """TW503: nothing uses a component."""

    def rule(apis: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
        used = {topic.node.identity for topic in catalog.topics} | {type_.node.identity for type_ in catalog.types}
        documents = {api.document.label: api.document for api in apis}
        for table, node in unused_components(documents.values(), source, used):
            kind = _KINDS.get(table, table[:-1])
            yield "TW503", f"{kind} {node.key!r} is not used", node, "remove it, or refer to it", ()

    return rule


def wrong_example(source: Source) -> Rule:
    """TW514: a schema refuses an example of its values."""
    examples = Examples(source)

    def rule(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
        found = {
            node.identity: (node, reason)
            for refused in (*_examples_of_schemas(catalog, examples), *_examples_of_messages(catalog, examples))
            for node, reason in [refused]
        }
        for node, reason in found.values():
            yield "TW514", f"the schema refuses this example: {reason}", node, "correct one of the two", ()

    return rule


def impossible_value(source: Source) -> Rule:
    """TW515: a schema lists a value that its other keywords refuse; for ``type`` that is TW432."""
    examples = Examples(source)

    def rule(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
        nodes = {node.identity: node for type_ in catalog.types for node in _schemas_of(type_)}
        for node in nodes.values():
            for value, reason in examples.of_listed(node):
                yield "TW515", f"nobody can send this value: {reason}", value, "correct one of the two", ()

    return rule


def _schemas_of(type_: Type) -> Iterator[Node]:
    yield type_.node
    yield from (field.node for field in type_.fields)


def _examples_of_schemas(catalog: Catalog, examples: Examples) -> Iterator[tuple[Node, str]]:
    for type_ in catalog.types:
        for node in _schemas_of(type_):
            yield from examples.of_schema(node)


def _examples_of_messages(catalog: Catalog, examples: Examples) -> Iterator[tuple[Node, str]]:
    for topic in catalog.topics:
        written = topic.node.get("examples") if topic.node.get("x-envelope-data") is None else None
        for example in written.elements() if written is not None else ():
            for key, type_ in (("payload", topic.payload), ("headers", topic.headers)):
                value = example.get(key)
                if value is not None and type_ is not None:
                    yield from examples.of_value(value, type_.node)


def leading_slash(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW504: a leading slash makes an empty first level (MQTT 5, section 4.7.1.1)."""
    for topic in catalog.topics:
        if topic.address is not None and topic.address.startswith("/"):
            yield "TW504", f"address {topic.address!r} starts with a slash", topic.channel, "it adds an empty level", ()


def retained_request(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW505: a retained request runs again at every subscription."""
    for call in catalog.calls:
        if call.request.retain:
            message = f"request {call.request.event_type!r} is retained: it runs again at every subscription"
            yield "TW505", message, call.request.node, "set retain to false", ()


def event_with_two_payloads(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW506: one event type has two payloads."""
    first: dict[str, Topic] = {}
    for topic in catalog.topics:
        other = first.setdefault(topic.event_type, topic)
        if other.payload is not topic.payload:
            message = f"event type {topic.event_type!r} has two payloads"
            yield "TW506", message, topic.node, "give them two event types", (other.node,)


def receiver_below_sender(apis: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW507: a subscription at a lower QoS loses what was published at a higher one."""
    topics = {topic.key: topic for topic in catalog.topics}
    for api in apis:
        for operation in api.operations:
            for message in operation.messages if operation.action == "receive" else ():
                qos = operation.delivery_of(message).qos
                topic = topics[operation.channel.node.identity, message.key]
                if qos is not None and qos.value < topic.qos:
                    text = f"{topic.event_type!r} is received at QoS {qos.value} and sent at QoS {topic.qos}"
                    yield "TW507", text, qos.node, "use the QoS of the sender", ()


def overlapping_addresses(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW508: a subscription to one address also gets what is sent to the other."""
    topics = {topic.channel.identity: topic for topic in catalog.topics if topic.address is not None}
    filters = [(topic, filter_of(topic.address or "")) for topic in topics.values()]
    for (one, filter_), (other, other_filter) in combinations(filters, 2):
        if one.address != other.address and overlap(filter_, other_filter) and not _are_disjoint(one, other):
            literal = other.address in one.excludes or one.address in other.excludes
            hint = "the literal one keeps its messages" if literal else "readers of one get messages of the other"
            message = f"addresses {one.address!r} and {other.address!r} overlap"
            yield "TW508", message, one.channel, hint, (other.channel,)


def _are_disjoint(one: Topic, other: Topic) -> bool:
    """Return whether they are a literal address, and one whose parameters have all other values."""
    literal, wide = (one, other) if one.address in other.excludes else (other, one)
    return literal.address in wide.excludes and not has_wildcard(wide.address or "")


def half_connected(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW509: an event is sent and never received, or received and never sent."""
    for topic in catalog.topics if catalog.services else ():
        if topic.publishers and topic.subscribers:
            continue
        missing = "receives" if topic.publishers else "sends"
        yield "TW509", f"no service {missing} {topic.event_type!r}", topic.node, "", ()


def quantity_without_unit(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW510: a number measures something, by its name, and no unit is declared."""
    for type_ in catalog.types:
        for field in type_.fields:
            number = field.schema.get("type") in ("number", "integer")
            if number and is_quantity(field.wire) and not names_unit(field.doc):
                yield "TW510", f"the unit of {field.wire!r} is not declared", field.node, "set x-unit", ()


def enum_value_with_odd_characters(_: Sequence[Api], catalog: Catalog) -> Iterator[Problem]:
    """TW511: an enum value is no identifier, so other languages cannot use it as the name of a constant."""
    for node in (field.node for type_ in catalog.types for field in type_.fields):
        values = node.get("enum")
        for value in values.elements() if values else ():
            if isinstance(value.value, str) and not _CONSTANT.match(value.value):
                yield "TW511", f"enum value {value.value!r} is no identifier", value, "letters, digits and - _ .", ()


def unconstrained_parameter(apis: Sequence[Api], _: Catalog) -> Iterator[Problem]:
    """TW512: the values of a topic parameter are not described."""
    for channel in (channel for api in apis for channel in api.own_channels):
        for parameter in channel.parameters:
            described = parameter.enum or parameter.default is not None or parameter.description
            if not described and parameter.node.get("examples") is None:
                message = f"the values of parameter {parameter.name!r} are not described"
                yield "TW512", message, parameter.node, "give it an enum, examples or a description", ()


RULES: tuple[Rule, ...] = (
    undescribed_event,
    undescribed_field,
    leading_slash,
    retained_request,
    event_with_two_payloads,
    receiver_below_sender,
    overlapping_addresses,
    half_connected,
    quantity_without_unit,
    enum_value_with_odd_characters,
    unconstrained_parameter,
)
