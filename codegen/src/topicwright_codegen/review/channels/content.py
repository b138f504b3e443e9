"""Payload and headers of a topic compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.comparison import Comparison
from topicwright_codegen.review.schemas.media_type import media_type
from topicwright_codegen.review.schemas.payloads import PayloadReview
from topicwright_codegen.review.schemas.values.alternatives import Types
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.types import Type


def review_content(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of payload and headers; a message of another content type has no schema to compare."""
    types = _types(before), _types(after)
    old, new = pair.old, pair.new
    same = media_type(old.content_type) == media_type(new.content_type)
    # Where both are JSON, the schemas are compared, whatever the content types are called.
    if old.payload is not None and new.payload is not None:
        comparison = Comparison(before, after, *types, pair)
        yield from PayloadReview(comparison).compare(old.payload, new.payload)
    elif same and (old.payload is None) != (new.payload is None):
        text = "the payload has a schema on one side, and is bytes on the other"
        reason = "one side has bytes, which no model reads"
        yield Change("type-changed", text, new.node, pair.topics, reason=reason).judged()
    if old.headers is not None and new.headers is not None:
        comparison = Comparison(before, after, *types, pair, headers=True)
        yield from PayloadReview(comparison).compare(old.headers, new.headers)
    elif old.headers is not None:
        yield from _all_headers(pair, old.headers, old.headers_required, added=False)
    elif new.headers is not None:
        yield from _all_headers(pair, new.headers, new.headers_required, added=True)


@lru_cache(maxsize=2)  # of the two sides, for each of their topics
def _types(side: Side) -> Types:
    return side.catalog.types_by_number


def _all_headers(pair: TopicPair, headers: Type, required: bool, *, added: bool) -> Iterator[Finding]:
    """Yield the headers that only one version has; readers ignore user properties that they do not know."""
    reason = "the other version has no model for headers"
    for field in headers.fields:
        needed = field.required or field.defaulted_but_required or required
        rule = f"field-{'added' if added else 'removed'}{'-required' if needed else ''}"
        text = f"{'required' if needed else 'optional'} header {field.wire} is {'new' if added else 'gone'}"
        change = Change(rule, text, field.node, pair.topics, f"headers.{field.wire}:", reason=reason)
        yield change.judged(old="ok") if added else change.judged(new="ok")
