"""Operations with a reply to calls: a request and the topics of its replies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from topicwright_codegen.asyncapi.model import Operation, Reply, TopicKey
from topicwright_codegen.catalog.key_fields import ReplyPlaces, reply_places
from topicwright_codegen.catalog.model import Call, Topic
from topicwright_codegen.catalog.topic_draft import TopicDraft
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.graph import cyclic_parts
from topicwright_codegen.schemas.types import SHARED, Type

CallKey: TypeAlias = tuple[TopicKey, bool]
"""The request, and whether the reply is a stream: a request may have one of each."""


@dataclass(slots=True, eq=False)
class CallDraft:
    """A request and its replies while the catalog is built."""

    request: TopicDraft
    replies: tuple[TopicDraft, ...]
    reply: Reply

    @property
    def key(self) -> CallKey:
        """The key of the call: operations with an equal one are the same call."""
        return self.request.key, self.reply.until is not None


@dataclass(slots=True)
class CallCollector:
    """Finds the calls that operations make, each once."""

    topics: Mapping[TopicKey, TopicDraft]
    diagnostics: Diagnostics
    calls: dict[CallKey, CallDraft] = field(default_factory=dict[CallKey, CallDraft])

    def add(self, operation: Operation) -> list[CallDraft]:
        """Return the calls of one operation: one for each message that it sends or receives."""
        if operation.reply is None:
            return []
        reply = operation.reply
        replies = tuple(self.topics[key] for key in reply.topic_keys)
        if not replies:
            text = "a reply without a message: the operation is compiled as if it had none"
            self.diagnostics.warning("TW320", text, reply.node, "give the reply's channel a message")
            return []
        if reply.until is not None and operation.action == "receive" and replies[0].channel.address is None:
            text = "a stream without an address: the service has no method that sends its parts"
            self.diagnostics.warning("TW323", text, reply.node, "give the channel of the reply an address")
        if all(draft.message.is_error for draft in replies):
            text = "every reply of this operation is an error: it has none that a request returns"
            self.diagnostics.error("TW325", text, reply.node, "give it a message without x-error")
            return []
        return [self._call(CallDraft(self.topics[key], replies, reply)) for key in operation.topic_keys]

    def _call(self, draft: CallDraft) -> CallDraft:
        known = self.calls.setdefault(draft.key, draft)
        same = {reply.key for reply in known.replies} == {reply.key for reply in draft.replies}
        if same and known.reply.until == draft.reply.until:
            return known
        message = f"the reply to {draft.request.event_type!r} differs from that of another operation"
        nodes = [known.reply.node]
        if draft.reply.until is None and draft.reply.node.document is nodes[0].document:
            # One document with two replies accepts either; services with different replies misunderstand each other.
            self.diagnostics.warning(
                "TW321", f"{message}: either is accepted", draft.reply.node, "declare it once", nodes
            )
            known.replies = tuple(dict.fromkeys((*known.replies, *draft.replies)))
        else:
            self.diagnostics.error("TW321", message, draft.reply.node, "they must agree", nodes)
        return known

    def finish(self, topics: Mapping[TopicKey, Topic], types: Mapping[int, Type]) -> dict[CallKey, Call]:
        """Return the final calls."""
        circular = self._circular()
        places = {
            key: reply_places(draft.reply, topics[draft.request.key], types, self.diagnostics)
            for key, draft in self.calls.items()
        }
        return {key: self._finish(draft, topics, circular, places[key]) for key, draft in self.calls.items()}

    def _finish(
        self, draft: CallDraft, topics: Mapping[TopicKey, Topic], circular: set[str], places: ReplyPlaces
    ) -> Call:
        request, replies = topics[draft.request.key], tuple(topics[reply.key] for reply in draft.replies)
        until = None if draft.reply.until is None else self._until(draft, draft.reply.until, replies)
        crosses = any(
            {request.domain, reply.domain} <= circular and request.domain != reply.domain for reply in replies
        )
        suffix = "_CALL" if until is None else "_STREAM"
        constants = {topic.constant for topic in topics.values()}
        name = request.constant + suffix
        return Call(
            constant=name + "_" if name in constants else name,
            domain=SHARED if crosses else request.domain,
            request=request,
            replies=replies,
            until=until,
            reply_to=places.payload,
            reply_to_header=places.header,
            node=draft.reply.node,
        )

    def _until(self, draft: CallDraft, wire: str, replies: Iterable[Topic]) -> str:
        """Return the field that ends a stream, which each reply must have as a boolean."""
        name = wire
        for reply in replies:
            fields = reply.payload.fields if reply.payload else ()
            end = next((field_ for field_ in fields if field_.wire == wire), None)
            if end is None or end.schema.get("type") != "boolean":
                message = f"x-stream-until: {reply.event_type!r} has no boolean field {wire!r}"
                self.diagnostics.error("TW322", message, draft.reply.node)
            else:
                name = end.name
        return name

    def _circular(self) -> set[str]:
        """Return the domains whose calls would make them import each other."""
        edges: dict[str, set[str]] = {}
        for draft in self.calls.values():
            edges.setdefault(draft.request.domain, set()).update(reply.domain for reply in draft.replies)
        return {domain for part in cyclic_parts(edges, loops=False) for domain in part}
