"""Keywords of a schema that not every reader checks: a change of one means something else to those that do not."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.keyword_walk import ITSELF, LISTS, STEPS, Places, both, keywords_of
from topicwright_codegen.review.schemas.media_type import media_type
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.json_schema.keywords import pattern_works

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
"""A text with these stands for other data than one without."""
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
"""Formats of which the second has every value of the first (JSON Schema Validation, section 7.3)."""
_TEXTS = ("title", "description", "examples", "$id", "$schema", "$comment", "deprecated")


def review_unchecked(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield the keywords that have come, gone or changed."""
    same = media_type(pair.old.content_type) == media_type(pair.new.content_type)
    modelled = pair.old.payload is not None, pair.new.payload is not None
    if modelled[0] != modelled[1] or not (same or all(modelled)):
        return
    olds, news = _keywords(pair.old, before), _keywords(pair.new, after)
    places = [place for place in sorted(olds.keys() | news.keys()) if _text(olds, place) != _text(news, place)]
    if places and pair.old.payload is not None and pair.new.payload is not None:
        places = list(filter(both(pair.old.payload.node, pair.new.payload.node, before, after), places))
    for place in places:
        old, new = olds.get(place), news.get(place)
        rule = _rule(place, old[0] if old else None, new[0] if new else None)
        node = (new or old or ("", pair.new.node))[1]
        text = f"{place} {old[0] if old else '(none)'} became {new[0] if new else '(none)'}"
        reason = "not every reader checks this keyword: one that checks types alone accepts every message"
        yield Change(rule, text, node, pair.topics, place, reason=reason).judged()


def _text(places: Places, place: str) -> str | None:
    return places[place][0] if place in places else None


def _rule(place: str, old: str | None, new: str | None) -> str:
    """Return the rule of a keyword that has come, gone or changed, by its texts."""
    keyword = place.rpartition(" ")[2]
    if keyword == "x-unit":
        return "unit-changed" if old and new else "text-changed"
    if keyword in _READ_OTHERWISE:
        return "unchecked-changed"
    if old is None or (new is not None and _is_within(keyword, new, old)):
        return "unchecked-tightened"
    return "unchecked-loosened" if new is None or _is_within(keyword, old, new) else "unchecked-changed"


def _is_within(keyword: str, narrow: str, wide: str) -> bool:
    """Tell whether one value of a keyword allows nothing that another does not; texts of alternatives are not read."""
    if keyword in ("minProperties", "maxProperties") and narrow.isdecimal() and wide.isdecimal():
        least = int(narrow) > int(wide)
        return least if keyword == "minProperties" else not least
    return keyword == "format" and (narrow.strip('"'), wide.strip('"')) in _NARROWER_FORMATS


def _keywords(topic: Topic, side: Side) -> Places:
    """Return what no model checks: of a payload that is bytes, the whole schema."""
    if topic.payload is not None:
        return keywords_of(topic.payload.node, side.source, _is_unchecked)
    schema = side.source.child(topic.node, "payload")
    return keywords_of(schema, side.source, _is_any) if schema is not None else {}


def _is_any(key: str, node: Node) -> bool:
    return key not in (*_TEXTS, *STEPS, *LISTS, "properties", "schema", "$ref", ITSELF)


def _is_unchecked(key: str, node: Node) -> bool:
    if key == "format":
        return node.value not in _CHECKED_FORMATS
    if key == "pattern":
        return isinstance(node.value, str) and not pattern_works(node.value)
    if key == "enum" and isinstance(node.value, Seq):
        return any(isinstance(value, (float, Map, Seq)) for value in node.value)
    if key == "const":
        return isinstance(node.value, (float, Map, Seq))
    return key in _KEYWORDS and not (key == "minProperties" and node.value == 0)
