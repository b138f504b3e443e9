"""Deprecation and sunset: removals judged by them, and dates that move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from topicwright_codegen.asyncapi.deprecation import Deprecation, deprecation_of
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.keyword_walk import keywords_of
from topicwright_codegen.review.sides.side import Side

_REMOVALS = frozenset(
    (
        "field-removed",
        "field-removed-required",
        "topic-removed",
        "send-removed",
        "send-narrowed",
        "receive-narrowed",
        "operation-removed",
        "reply-removed",
    )
)


def review_sunsets(pair: TopicPair, before: Side, after: Side, today: date) -> Iterator[Finding]:
    """Yield the sunsets of a topic and of its fields that are new, gone or moved."""
    old, new = pair.old, pair.new
    sending, receiving = _sunsets(old.sending, new.sending), _sunsets(old.receiving, new.receiving)
    yield from _moved(pair, f"sending {new.event_type}", *sending, new.node, today)
    if receiving != sending:
        yield from _moved(pair, f"receiving {new.event_type}", *receiving, new.node, today)
    if old.payload is not None and new.payload is not None and (_has_sunsets(before) or _has_sunsets(after)):
        olds = keywords_of(old.payload.node, before.source, _is_sunset)
        news = keywords_of(new.payload.node, after.source, _is_sunset)
        for place, keyword in sorted(news.items(), key=lambda item: item[0]):
            was = _date(olds[place].node) if place in olds else None
            what = place.removesuffix(" x-sunset")
            yield from _moved(pair, what, was, _date(keyword.node), keyword.node, today)


def _sunsets(old: Deprecation | None, new: Deprecation | None) -> tuple[date | None, date | None]:
    return old.sunset if old else None, new.sunset if new else None


def _moved(
    pair: TopicPair, what: str, was: date | None, now: date | None, node: Node, today: date
) -> Iterator[Finding]:
    if was == now:
        return
    text = f"the sunset of {what} is {now or 'not named any more'}" + (f", and was {was}" if was else "")
    if now is not None and (now < was if was else now < today):
        finding = Change("sunset-shortened", text, node, pair.topics, what).judged()
        yield replace(finding, fixed_severity="dangerous")
    else:
        yield Change("sunset-changed", text, node, pair.topics, what).judged()


@lru_cache(maxsize=2)  # of the two sides, for each of their topics
def _has_sunsets(side: Side) -> bool:
    """Return whether a side names a sunset anywhere; most catalogs name none, and their schemas are not searched."""
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


def apply_sunsets(findings: Iterable[Finding], before: Side, today: date) -> list[Finding]:
    """Return the findings; a removal of something deprecated is judged by its sunset."""
    return [_judged(finding, before, today) for finding in findings]


def _judged(finding: Finding, before: Side, today: date) -> Finding:
    if finding.rule not in _REMOVALS:
        return finding
    deprecation, own = _deprecation(finding, before)
    sunset = deprecation.sunset if deprecation is not None else None
    if sunset is None:
        return finding
    if today > sunset:
        return replace(finding, fixed_severity="safe", message=f"{finding.message}: its sunset was {sunset}")
    if not own:  # the object around it has the sunset, not this part of it
        return finding
    text, advice = f"{finding.message}, before its sunset on {sunset}", f"keep it until {sunset}; {finding.advice}"
    return replace(finding, fixed_severity="breaking", message=text, advice=advice)


def _deprecation(finding: Finding, before: Side) -> tuple[Deprecation | None, bool]:
    """Return the deprecation of the removed object, or of one around it, and whether it is that of the object."""
    for node in _parts(finding, before):
        deprecation = deprecation_of(node, before.source)
        if deprecation is not None:
            return deprecation, node.identity == finding.node.identity or not finding.rule.startswith("field-")
    return None, False


def _parts(finding: Finding, before: Side) -> Iterator[Node]:
    document = before.source.documents.get(finding.node.document.path)
    if document is finding.node.document:  # otherwise the place is in the new version
        yield from _around(finding.node)
    old = finding.topics[-1] if finding.topics else None
    if old is not None and not finding.rule.startswith("field-"):
        yield from (old.node, old.channel)
    if old is not None and finding.rule == "topic-removed":
        yield from _operations(old.channel, before)


def _around(node: Node) -> Iterator[Node]:
    """Yield a node and the objects around it, the innermost first."""
    chain, current = [node.document.root], node.document.root
    for token in node.pointer:
        inner = current.step(token)
        if inner is None:
            break
        chain.append(inner)
        current = inner
    yield from reversed(chain)


def _operations(channel: Node, before: Side) -> Iterator[Node]:
    """Yield the operation of a channel with the latest sunset, where all of them have one."""
    nodes = [
        operation.node
        for api in before.apis
        for operation in api.operations
        if operation.channel.node.identity == channel.identity
    ]
    deprecations = [(deprecation_of(node, before.source), node) for node in nodes]
    dated = [
        (deprecation.sunset, node)
        for deprecation, node in deprecations
        if deprecation is not None and deprecation.sunset is not None
    ]
    if dated and len(dated) == len(nodes):
        yield max(dated, key=lambda pair: pair[0])[1]
