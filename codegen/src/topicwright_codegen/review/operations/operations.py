"""Operations before and after: who sends what, and who receives it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from topicwright_codegen.asyncapi.model import Api, Operation
from topicwright_codegen.asyncapi.reading.mqtt_bindings import mqtt_binding
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.operations.replies import review_replies
from topicwright_codegen.review.operations.security import review_security
from topicwright_codegen.review.operations.services import paired_apis, sign_of
from topicwright_codegen.review.operations.subscriptions import review_subscription
from topicwright_codegen.review.sides.descriptions import changed_texts, field_json
from topicwright_codegen.review.sides.side import Side

Operations = dict[tuple[str, str], Operation]
"""By service and id; the service of a catalog of one document has no name here."""


def operations_of(apis: Mapping[str, Api]) -> Operations:
    """Return every operation of the documents of a side."""
    return {(name, operation.id): operation for name, api in apis.items() for operation in api.operations}


def review_operations(before: Side, after: Side, pairing: Pairing) -> list[Finding]:
    """Return what operations have changed into."""
    olds, news = paired_apis(before, after)
    sides = before, after
    return list(OperationReview(operations_of(olds), operations_of(news), pairing, sides).findings())


@dataclass(slots=True)
class OperationReview:
    """Compares the operations of two sides."""

    before: Operations
    after: Operations
    pairing: Pairing
    sides: tuple[Side, Side]
    _by_key: dict[tuple[Identity, str], dict[int, TopicPair]] = field(default_factory=dict[Any, Any])
    """The pairs by the keys of their topics, with their order: a catalog may have thousands of operations."""
    _sent: set[tuple[Identity, str]] = field(default_factory=set[Any])

    def __post_init__(self) -> None:
        for at, pair in enumerate(self.pairing.pairs):
            for key in (pair.old.key, pair.new.key):
                self._by_key.setdefault(key, {})[at] = pair
        self._sent = self._sent_after()

    def _touching(self, keys: Iterable[tuple[Identity, str]]) -> list[TopicPair]:
        """Return the pairs that have a topic among those, in their order."""
        found = {at: pair for key in keys for at, pair in self._by_key.get(key, {}).items()}
        return [found[at] for at in sorted(found)]

    def findings(self) -> Iterator[Finding]:
        """Yield what has changed."""
        gone = {key: found for key, found in self.before.items() if not _same_action(found, self.after.get(key))}
        come = {key: found for key, found in self.after.items() if not _same_action(found, self.before.get(key))}
        for key, operation in self.before.items():
            if key not in gone:
                yield from self._both(operation, self.after[key])
        for old, new in self._renamed(gone, come):
            text = f"the operation {old[1]} is called {new[1]} now; this SDK names methods by event types, others by it"
            yield Change("operation-renamed", text, come[new].node, _topics(self._pairs(gone[old])), old[1]).judged()
            yield from self._both(gone.pop(old), come.pop(new))
        for operation in gone.values():
            yield from self._removed(operation)
        for operation in come.values():
            text = f"the operation {operation.id} is new"
            yield Change("operation-added", text, operation.node, detail=operation.id).judged()

    def _renamed(self, gone: Operations, come: Operations) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        """Return operations that do the same under another id."""
        found: list[tuple[tuple[str, str], tuple[str, str]]] = []
        left = dict(come)
        for key, operation in gone.items():
            sign = _sign(key[0], operation)
            match = next((other for other, new in left.items() if _sign(other[0], new) == sign), None)
            if match is not None:
                del left[match]
                found.append((key, match))
        return found

    def _pairs(self, operation: Operation) -> list[TopicPair]:
        """Return the topics of an operation that are on both sides."""
        keys = {(operation.channel.node.identity, message.key) for message in operation.messages}
        return self._touching(keys)

    def _removed(self, operation: Operation) -> Iterator[Finding]:
        sends = operation.action == "send"
        for pair in self._pairs(operation):
            silent = sends and pair.new.key not in self._sent
            text = f"the operation {operation.id} is gone" + (f": nobody sends {pair.new.event_type}" if silent else "")
            rule = "send-removed" if silent else "operation-removed"
            yield Change(rule, text, operation.node, pair.topics, operation.id).judged()

    def _sent_after(self) -> set[tuple[Identity, str]]:
        """Return the keys of the topics that somebody sends after the change."""
        found: set[tuple[Identity, str]] = set()
        for operation in self.after.values():
            reply = operation.reply
            if operation.action == "send":
                found |= {(operation.channel.node.identity, message.key) for message in operation.messages}
            elif reply is not None:
                found |= {(reply.channel.node.identity, message.key) for message in reply.messages}
        return found

    def _both(self, old: Operation, new: Operation) -> Iterator[Finding]:
        olds = {(old.channel.node.identity, message.key) for message in old.messages}
        news = {(new.channel.node.identity, message.key) for message in new.messages}
        near = self._touching(olds | news)
        lost = [pair for pair in near if pair.old.key in olds and pair.new.key not in news]
        got = [pair for pair in near if pair.new.key in news and pair.old.key not in olds]
        for pair in lost:
            target = next((other for other in got if other.new.event_type == pair.new.event_type), None)
            if target is None:
                yield from self._narrowed(old, new, pair)
            else:
                got.remove(target)
                yield self._elsewhere(new, pair, target)
        for pair in got:
            rule = "send-widened" if new.action == "send" else "receive-widened"
            yield Change(
                rule, f"the operation {new.id} has {pair.new.event_type} now", new.node, pair.topics, new.id
            ).judged()
        yield from review_replies(old, new, self.pairing, _topics(self._pairs(new)))
        if new.action == "receive":
            kept = [pair for pair in self._pairs(new) if pair.old.key in olds]
            yield from review_subscription(old, new, kept)
        yield from self._said(old, new)

    def _elsewhere(self, new: Operation, pair: TopicPair, target: TopicPair) -> Finding:
        """Return an operation that has the same event type on another channel now."""
        where = target.new.address, pair.new.address
        text = f"the operation {new.id} has {pair.new.event_type} on {where[0]} now, and had it on {where[1]}"
        rule = "operation-moved" if new.action == "send" else "receive-moved"
        return Change(rule, text, new.node, (target.new, pair.new), new.id).judged()

    def _said(self, old: Operation, new: Operation) -> Iterator[Finding]:
        one, other = View.effective(self.sides[0].source, old.node), View.effective(self.sides[1].source, new.node)
        topics = _topics(self._pairs(new))
        for key, text, node in changed_texts(one, other):
            detail = f"operation {new.id} {key}"
            yield Change("text-changed", f"{text} in the operation {new.id}", node, topics, detail).judged()
        if field_json(mqtt_binding(one), "bindingVersion") != field_json(mqtt_binding(other), "bindingVersion"):
            text, detail = f"the bindingVersion of {new.id} changed", f"operation {new.id} bindingVersion"
            yield Change("text-changed", text, other.node, topics, detail).judged()
        yield from review_security(f"the operation {new.id}", one, other, topics)

    def _narrowed(self, old: Operation, new: Operation, pair: TopicPair) -> Iterator[Finding]:
        text = f"the operation {new.id} has no {pair.new.event_type} any more"
        if old.action == "receive":
            yield Change("receive-narrowed", text, new.node, pair.topics, new.id).judged()
        elif pair.new.key in self._sent:
            yield Change("operation-removed", text, new.node, pair.topics, new.id).judged(source="both")
        else:
            yield Change("send-narrowed", text, new.node, pair.topics, new.id).judged()


def _same_action(one: Operation, other: Operation | None) -> bool:
    return other is not None and one.action == other.action


def _topics(pairs: list[TopicPair]) -> tuple[Topic, ...]:
    return (pairs[0].new, pairs[0].old) if pairs else ()


def _sign(service: str, operation: Operation) -> Hashable:
    """Return what makes two operations do the same."""
    return service, sign_of(operation)
