"""Sunsets that move: one that comes earlier breaks a promise, one that comes later does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value
from topicwright_codegen.review.findings import Finding, TopicPair, finding
from topicwright_codegen.review.sides import Side
from topicwright_codegen.review.unchecked import keywords_of


def review_sunsets(pair: TopicPair, before: Side, after: Side, today: date) -> Iterator[Finding]:
    """Yield the sunsets of a topic and of its fields that have come, gone or moved."""
    old, new = pair.old, pair.new
    told: set[tuple[date | None, date | None]] = set()
    for way, one, other in (("sending", old.sending, new.sending), ("receiving", old.receiving, new.receiving)):
        dates = (one.sunset if one else None, other.sunset if other else None)
        if dates not in told:
            told.add(dates)
            yield from _moved(pair, f"{way} {new.event_type}", *dates, new.node, today)
    if old.payload is not None and new.payload is not None and (_has_sunsets(before) or _has_sunsets(after)):
        olds = keywords_of(old.payload.node, before.source, _is_sunset)
        news = keywords_of(new.payload.node, after.source, _is_sunset)
        for place in sorted(news.keys()):
            node = news[place][1]
            was = _date(olds[place][1]) if place in olds else None
            yield from _moved(pair, place.removesuffix(" x-sunset"), was, _date(node), node, today)


def _moved(
    pair: TopicPair, what: str, was: date | None, now: date | None, node: Node, today: date
) -> Iterator[Finding]:
    if was == now:
        return
    text = f"the sunset of {what} is {now or 'not named any more'}" + (f", and was {was}" if was else "")
    if now is not None and (now < was if was else now < today):
        found = finding("sunset-shortened", text, node, pair=pair, detail=what)
        yield replace(found, said="dangerous")
    else:
        yield finding("sunset-changed", text, node, pair=pair, detail=what)


@lru_cache(maxsize=2)  # of the two sides, for each of their topics
def _has_sunsets(side: Side) -> bool:
    """Tell whether a side names a sunset anywhere: most catalogs name none, and their schemas need no look."""
    waiting: list[Value] = [document.value for document in side.source.documents.values() if document is not None]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Map):
            if "x-sunset" in value:
                return True
            waiting += value.values()
        elif isinstance(value, Seq):
            waiting += value
    return False


def _is_sunset(key: str, node: Node) -> bool:
    return key == "x-sunset"


def _date(node: Node) -> date | None:
    try:
        return date.fromisoformat(str(node.value))
    except ValueError:
        return None
