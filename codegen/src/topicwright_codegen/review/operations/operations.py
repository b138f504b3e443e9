"""Operations before and after: their ids, topics, replies and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from topicwright_codegen.asyncapi.model import Api, Operation
from topicwright_codegen.asyncapi.reading.mqtt_bindings import mqtt_binding
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.operations.replies import review_replies
from topicwright_codegen.review.operations.security import review_security
from topicwright_codegen.review.operations.services import content_of, paired_apis
from topicwright_codegen.review.operations.subscriptions import review_subscription
from topicwright_codegen.review.operations.topic_changes import PairIndex, TopicKey, changes_of, keys_of
from topicwright_codegen.review.sides.descriptions import became, changed_texts, field_json
from topicwright_codegen.review.sides.side import Side

OperationKey: TypeAlias = tuple[str, str]
"""Service and id; the service of a catalog of one document has no name here."""
Operations: TypeAlias = dict[OperationKey, Operation]


def review_operations(before: Side, after: Side, pairing: Pairing) -> Iterator[Finding]:
    """Yield changes of operations."""
    olds, news = map(_operations_of, paired_apis(before, after))
    index, sent = PairIndex(pairing.pairs), _sent(news)
    yield from _OperationReview(olds, news, pairing, index, sent, (before, after)).findings()


def _operations_of(apis: Mapping[str, Api]) -> Operations:
    return {(name, operation.id): operation for name, api in apis.items() for operation in api.operations}


def _sent(operations: Operations) -> set[TopicKey]:
    """Return the keys of the topics that operations send or reply with."""
    sent: set[TopicKey] = set()
    for operation in operations.values():
        if operation.action == "send":
            sent |= keys_of(operation)
        elif operation.reply is not None:
            sent |= keys_of(operation.reply)
    return sent


@dataclass(frozen=True, slots=True)
class _OperationReview:
    """Compares the operations of two sides."""

    before: Operations
    after: Operations
    pairing: Pairing
    index: PairIndex
    sent: set[TopicKey]
    """The topics that are sent after the change."""
    sides: tuple[Side, Side]

    def findings(self) -> Iterator[Finding]:
        """Yield the changes."""
        removed = {
            key: operation for key, operation in self.before.items() if not _same_action(operation, self.after.get(key))
        }
        added = {
            key: operation for key, operation in self.after.items() if not _same_action(operation, self.before.get(key))
        }
        for key, operation in self.before.items():
            if key not in removed:
                yield from self._compared(operation, self.after[key])
        for old, new in _renamed(removed, added):
            yield self._rename(removed[old], added[new])
            yield from self._compared(removed.pop(old), added.pop(new))
        for operation in removed.values():
            yield from self._removed(operation)
        for operation in added.values():
            text = f"the operation {operation.id} is new"
            yield Change("operation-added", text, operation.node, detail=operation.id).judged()

    def _pairs(self, operation: Operation) -> list[TopicPair]:
        """Return the topics of an operation that are on both sides."""
        return self.index.pairs(keys_of(operation))

    def _rename(self, old: Operation, new: Operation) -> Finding:
        text = f"the operation {old.id} is called {new.id} now; this SDK names methods by event types, others by it"
        return Change("operation-renamed", text, new.node, _topics(self._pairs(old)), old.id).judged()

    def _removed(self, operation: Operation) -> Iterator[Finding]:
        sends = operation.action == "send"
        for pair in self._pairs(operation):
            silent = sends and pair.new.key not in self.sent
            text = f"the operation {operation.id} is gone" + (
                f": no operation sends {pair.new.event_type}" if silent else ""
            )
            rule = "send-removed" if silent else "operation-removed"
            yield Change(rule, text, operation.node, pair.topics, operation.id).judged()

    def _compared(self, old: Operation, new: Operation) -> Iterator[Finding]:
        olds, news = keys_of(old), keys_of(new)
        changes = changes_of(self.index.pairs(olds | news), olds, news)
        for pair, target in changes.lost:
            yield self._narrowed(old, new, pair) if target is None else _moved(new, pair, target)
        for pair in changes.got:
            yield _widened(new, pair)
        pairs = self._pairs(new)
        yield from review_replies(old, new, self.pairing, _topics(pairs))
        if new.action == "receive":
            yield from review_subscription(old, new, [pair for pair in pairs if pair.old.key in olds])
        yield from self._texts(old, new, _topics(pairs))

    def _narrowed(self, old: Operation, new: Operation, pair: TopicPair) -> Finding:
        text = f"the operation {new.id} has no {pair.new.event_type} any more"
        if old.action == "receive":
            return Change("receive-narrowed", text, new.node, pair.topics, new.id).judged()
        if pair.new.key in self.sent:
            return Change("operation-removed", text, new.node, pair.topics, new.id).judged(source="both")
        return Change("send-narrowed", text, new.node, pair.topics, new.id).judged()

    def _texts(self, old: Operation, new: Operation, topics: tuple[Topic, ...]) -> Iterator[Finding]:
        before, after = self.sides
        one, other = View.effective(before.source, old.node), View.effective(after.source, new.node)
        for key, text, node in changed_texts(one, other):
            detail = f"operation {new.id} {key}"
            yield Change("text-changed", f"{text} in the operation {new.id}", node, topics, detail).judged()
        bindings = mqtt_binding(one), mqtt_binding(other)
        versions = [field_json(binding, "bindingVersion") for binding in bindings if binding is not None]
        if len(set(versions)) > 1:
            text = f"bindingVersion: {became(*versions)} in the operation {new.id}"
            detail = f"operation {new.id} bindingVersion"
            yield Change("text-changed", text, other.node, topics, detail).judged()
        yield from review_security(f"the operation {new.id}", one, other, topics)


def _same_action(one: Operation, other: Operation | None) -> bool:
    return other is not None and one.action == other.action


def _renamed(removed: Operations, added: Operations) -> list[tuple[OperationKey, OperationKey]]:
    """Return operations of one service that have the same content under another id."""
    renamed: list[tuple[OperationKey, OperationKey]] = []
    unmatched = {key: (key[0], content_of(operation)) for key, operation in added.items()}
    for key, operation in removed.items():
        content = key[0], content_of(operation)
        match = next((other for other, new in unmatched.items() if new == content), None)
        if match is not None:
            del unmatched[match]
            renamed.append((key, match))
    return renamed


def _moved(new: Operation, pair: TopicPair, target: TopicPair) -> Finding:
    """Return the finding for an operation that has the same event type on another channel now."""
    where = target.new.address, pair.new.address
    text = f"the operation {new.id} has {pair.new.event_type} on {where[0]} now, and had it on {where[1]}"
    rule = "operation-moved" if new.action == "send" else "receive-moved"
    return Change(rule, text, new.node, (target.new, pair.new), new.id).judged()


def _widened(new: Operation, pair: TopicPair) -> Finding:
    rule = "send-widened" if new.action == "send" else "receive-widened"
    text = f"the operation {new.id} has {pair.new.event_type} now"
    return Change(rule, text, new.node, pair.topics, new.id).judged()


def _topics(pairs: list[TopicPair]) -> tuple[Topic, ...]:
    return pairs[0].topics if pairs else ()
