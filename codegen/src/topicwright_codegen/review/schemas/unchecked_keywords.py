"""Keywords of a schema that not every reader checks: a reader that does not may misread a change of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.keyword_walk import (
    ITSELF,
    LISTS,
    STEPS,
    Keywords,
    changed_places,
    in_both,
    keywords_of,
)
from topicwright_codegen.review.schemas.media_type import media_type
from topicwright_codegen.review.sides.descriptions import ABSENT, is_free_extension
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.json_schema.patterns import portable

_KEYWORDS = frozenset(
    (
        "uniqueItems",
        "not",
        "if",
        "then",
        "else",
        "dependentSchemas",
        "dependentRequired",
        "dependencies",
        "contains",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "patternProperties",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "x-unit",
    )
)
_READ_OTHERWISE = ("contentEncoding", "contentMediaType", "contentSchema")
"""Keywords that make a string mean other data."""
_CHECKED_FORMATS = ("date-time", "date", "uuid")
_NARROWER_FORMATS = (
    ("int32", "int64"),
    ("float", "double"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "iri"),
    ("uri", "uri-reference"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
)
"""Pairs of formats: the second has every value of the first (JSON Schema Validation, section 7.3)."""
_TEXTS = (
    *("title", "description", "examples", "example", "$id", "$schema", "$comment", "deprecated", "externalDocs", "xml"),
    *("readOnly", "writeOnly", "doc", "discriminator"),
)
"""What no reader of a payload without a model checks; ``doc`` is Avro's."""


def review_unchecked(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield the keywords that are new, gone or changed."""
    if _is_comparable(pair):
        yield from _changed(pair, before, after, _keywords(pair.old, before), _keywords(pair.new, after))
    old, new = pair.old.headers, pair.new.headers
    if old is not None and new is not None:
        olds = keywords_of(old.node, before.source, _is_unchecked, "headers")
        news = keywords_of(new.node, after.source, _is_unchecked, "headers")
        yield from _changed(pair, before, after, olds, news)


def _changed(pair: TopicPair, before: Side, after: Side, olds: Keywords, news: Keywords) -> Iterator[Finding]:
    for place in _places(pair, changed_places(olds, news), before, after):
        old, new = olds.get(place), news.get(place)
        texts = old.text if old else None, new.text if new else None
        changed = new or old
        node = changed.node if changed else pair.new.node
        text = f"{place} {texts[0] or ABSENT} became {texts[1] or ABSENT}"
        reason = "not every reader checks this keyword: one that checks types alone accepts every message"
        yield Change(rule_of(place, *texts), text, node, pair.topics, place, reason=reason).judged()


def _is_comparable(pair: TopicPair) -> bool:
    """Return whether both payloads have models, or both are bytes of one content type."""
    modelled = pair.old.payload is not None, pair.new.payload is not None
    if modelled[0] != modelled[1]:
        return False
    return all(modelled) or media_type(pair.old.content_type) == media_type(pair.new.content_type)


def _places(pair: TopicPair, places: list[str], before: Side, after: Side) -> Iterable[str]:
    """Return those places whose schema is on both sides."""
    is_header = any(place.startswith("headers") for place in places)
    root = "headers" if is_header else "payload"
    old, new = (pair.old.headers, pair.new.headers) if is_header else (pair.old.payload, pair.new.payload)
    if not places or old is None or new is None:
        return places
    return filter(in_both(old.node, new.node, before, after, root), places)


def rule_of(place: str, old: str | None, new: str | None) -> str:
    """Return the rule of a keyword that is new, gone or changed, by its texts."""
    keyword = place.rpartition(" ")[2]
    if keyword == "x-unit":
        return "unit-changed" if old and new else "text-changed"
    if keyword in _READ_OTHERWISE:
        return "unchecked-changed"
    if old is None or (new is not None and _is_within(keyword, new, old)):
        return "unchecked-tightened"
    return "unchecked-loosened" if new is None or _is_within(keyword, old, new) else "unchecked-changed"


def _is_within(keyword: str, narrow: str, wide: str) -> bool:
    """Return whether a value of a keyword allows nothing that another does not; joined texts are not compared."""
    if keyword in ("minProperties", "maxProperties") and narrow.isdecimal() and wide.isdecimal():
        least = int(narrow) > int(wide)
        return least if keyword == "minProperties" else not least
    return keyword == "format" and (narrow.strip('"'), wide.strip('"')) in _NARROWER_FORMATS


def _keywords(topic: Topic, side: Side) -> Keywords:
    """Return the keywords that no model checks: of a payload that is bytes, all of them."""
    if topic.payload is not None:
        return keywords_of(topic.payload.node, side.source, _is_unchecked)
    schema = side.source.child(topic.node, "payload")
    return keywords_of(schema, side.source, _is_any) if schema is not None else {}


def _is_any(key: str, node: Node) -> bool:
    return not is_free_extension(key) and key not in (*_TEXTS, *STEPS, *LISTS, "properties", "schema", "$ref", ITSELF)


def _is_unchecked(key: str, node: Node) -> bool:
    if key == "format":
        return node.value not in _CHECKED_FORMATS
    if key == "pattern":
        return isinstance(node.value, str) and portable(node.value) is None
    if key == "enum" and isinstance(node.value, Seq):
        return any(isinstance(value, (float, Map, Seq)) for value in node.value)
    if key == "const":
        return isinstance(node.value, (float, Map, Seq))
    return key in _KEYWORDS and not (key == "minProperties" and node.value == 0)
