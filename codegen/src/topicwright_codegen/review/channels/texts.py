"""What a catalog says to people: texts, tags, examples, extensions. A change of it reaches no message and no Python."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.keyword_walk import both, keywords_of
from topicwright_codegen.review.sides.descriptions import changed_texts, field_json, is_free_extension
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.json_schema.units import units_in

_IN_SCHEMA = (
    "title",
    "description",
    "deprecated",
    "examples",
    "readOnly",
    "writeOnly",
    "$comment",
    "externalDocs",
    "discriminator",
)


def review_text(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of what a topic says to people."""
    old, new = pair.old, pair.new
    if old.deprecated != new.deprecated:
        text = f"{new.event_type} is {'deprecated now' if new.deprecated else 'not deprecated any more'}"
        yield Change("deprecated-changed", text, new.node, pair.topics).judged()
    if old.doc != new.doc:
        yield Change("text-changed", f"the text of {new.event_type} changed", new.node, pair.topics).judged()
    for key, text, node in changed_texts(
        View.effective(before.source, old.node), View.effective(after.source, new.node)
    ):
        yield Change("text-changed", f"{text} in the message", node, pair.topics, f"message {key}").judged()
    one, other = View.effective(before.source, old.node), View.effective(after.source, new.node)
    if field_json(one.object("correlationId"), "description") != field_json(
        other.object("correlationId"), "description"
    ):
        yield Change(
            "text-changed", "the correlation id is described otherwise", new.node, pair.topics, "correlationId"
        ).judged()
    if old.payload is not None and new.payload is not None:
        yield from _schema(pair, "", old.payload.node, new.payload.node, before, after)
    if old.headers is not None and new.headers is not None:
        yield from _schema(pair, "headers: ", old.headers.node, new.headers.node, before, after)


def _schema(pair: TopicPair, where: str, old: Node, new: Node, before: Side, after: Side) -> Iterator[Finding]:
    olds, news = keywords_of(old, before.source, _is_text), keywords_of(new, after.source, _is_text)
    is_shared = both(old, new, before, after)
    for place in sorted(olds.keys() | news.keys()):
        one, other = olds.get(place, ("", new)), news.get(place, ("", new))
        if one[0] == other[0] or not is_shared(place):
            continue
        units = units_in(one[0]), units_in(other[0])
        if place.endswith(" description") and all(units) and units[0] != units[1]:
            text = f"{place} says {' and '.join(sorted(units[1]))} and said {' and '.join(sorted(units[0]))}"
            yield Change("unit-changed", f"{where}{text}", other[1], pair.topics, f"{where}{place}").judged()
        else:
            yield Change("text-changed", f"{where}{place} changed", other[1], pair.topics, f"{where}{place}").judged()


def _is_text(key: str, node: Node) -> bool:
    return key in _IN_SCHEMA or is_free_extension(key)


def review_channel_text(pairing: Pairing, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of what channels and their parameters say to people, once for each channel."""
    seen: set[Identity] = set()
    for pair in pairing.pairs:
        if pair.new.channel.identity in seen:
            continue
        seen.add(pair.new.channel.identity)
        old, new = View(before.source, (pair.old.channel,)), View(after.source, (pair.new.channel,))
        for key, text, node in changed_texts(old, new):
            yield Change("text-changed", f"{text} in the channel", node, pair.topics, f"channel {key}").judged()
        olds = {name: view for name, _, view in old.entries("parameters")}
        for name, _, view in new.entries("parameters"):
            for key, text, node in changed_texts(olds.get(name), view, ("description", "examples", "location")):
                detail = f"parameter {name} {key}"
                yield Change("text-changed", f"{text} in parameter {name}", node, pair.topics, detail).judged()
