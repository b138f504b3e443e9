"""Texts for people: descriptions, tags, examples, extensions. Their changes affect no message and no Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.keyword_walk import Keywords, changed_places, in_both, keywords_of
from topicwright_codegen.review.sides.descriptions import ABSENT, became, changed_texts, field_json, is_free_extension
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
    """Yield changes of the texts of a topic."""
    old, new = pair.old, pair.new
    if old.deprecated != new.deprecated:
        text = f"{new.event_type} is {'deprecated now' if new.deprecated else 'not deprecated any more'}"
        yield Change("deprecated-changed", text, new.node, pair.topics).judged()
    if old.doc != new.doc:
        text = f"the text of {new.event_type}: {became(json.dumps(old.doc), json.dumps(new.doc))}"
        yield Change("text-changed", text, new.node, pair.topics).judged()
    yield from _message(pair, View.effective(before.source, old.node), View.effective(after.source, new.node))
    schemas = _schema_of(old, before), _schema_of(new, after)
    if schemas[0] is not None and schemas[1] is not None:
        yield from _schema(pair, "payload", schemas[0], schemas[1], before, after)
    if old.headers is not None and new.headers is not None:
        yield from _schema(pair, "headers", old.headers.node, new.headers.node, before, after)


def _schema_of(topic: Topic, side: Side) -> Node | None:
    """Return the schema of a payload, which may be one that has no model."""
    return topic.payload.node if topic.payload is not None else side.source.child(topic.node, "payload")


def _message(pair: TopicPair, old: View, new: View) -> Iterator[Finding]:
    for key, text, node in changed_texts(old, new):
        yield Change("text-changed", f"{text} in the message", node, pair.topics, f"message {key}").judged()
    ids = old.object("correlationId"), new.object("correlationId")
    if field_json(ids[0], "description") != field_json(ids[1], "description"):
        was, is_ = field_json(ids[0], "description"), field_json(ids[1], "description")
        text = f"the description of the correlation id: {became(was, is_)}"
        yield Change("text-changed", text, pair.new.node, pair.topics, "correlationId").judged()


def _schema(pair: TopicPair, root: str, old: Node, new: Node, before: Side, after: Side) -> Iterator[Finding]:
    olds, news = keywords_of(old, before.source, _is_text, root), keywords_of(new, after.source, _is_text, root)
    measures = _measuring(keywords_of(new, after.source, _is_type, root))
    for place in filter(in_both(old, new, before, after, root), changed_places(olds, news)):
        one, other = olds.get(place), news.get(place)
        node = other.node if other else new
        texts = one.text if one else ABSENT, other.text if other else ABSENT
        units = units_in(texts[0]), units_in(texts[1])
        if place.endswith(" description") and measures(place) and all(units) and units[0] != units[1]:
            named = [" and ".join(sorted(some)) for some in units]
            text = f"{place} names the unit {named[1]}, and named {named[0]}"
            yield Change("unit-changed", text, node, pair.topics, place).judged()
        else:
            yield Change("text-changed", f"{place}: {became(*texts)}", node, pair.topics, place).judged()


def _measuring(types: Keywords) -> Callable[[str], bool]:
    """Return a predicate: whether the values at the place of a text may be numbers, or lists of such."""

    def measures(place: str) -> bool:
        path = place.rpartition(" ")[0]
        declared = [types[f"{inner} type"].text for inner in (path, f"{path}[]") if f"{inner} type" in types]
        return not declared or any("number" in text or "integer" in text for text in declared)

    return measures


def _is_type(key: str, node: Node) -> bool:
    return key == "type"


def _is_text(key: str, node: Node) -> bool:
    return key in _IN_SCHEMA or is_free_extension(key)


def review_channel_text(pairing: Pairing, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of the texts of channels and their parameters, once for each channel."""
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
            if name not in olds:  # it is new, with its texts
                continue
            for key, text, node in changed_texts(olds[name], view, ("description", "examples", "location")):
                detail = f"parameter {name} {key}"
                yield Change("text-changed", f"{text} in parameter {name}", node, pair.topics, detail).judged()
