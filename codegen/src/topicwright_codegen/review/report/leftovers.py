"""Leftovers of a change on the broker: retained messages, and the queues of sessions."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.topic_filters import filter_of

_ABANDONED = frozenset(("topic-removed", "address-moved", "address-left-filter", "retain-off", "send-removed"))
"""Rules after which no publisher replaces the retained message of the old form."""
_BROKER = "-V mqttv5 -h HOST -p PORT"
"""The options of a command that reaches the broker; one with logins needs -u and -P too."""


def leftovers(finding: Finding) -> tuple[str, ...]:
    """Return the messages of the old form that are still on the broker, and how to remove them; none where harmless."""
    if finding.rule == "retained-refused":
        return (_refused(finding.detail),)
    if not finding.topics or not _harms(finding):
        return ()
    return tuple(text for one in finding.all for text in (*_retained(one), *_queued(one, finding.titles)))


def _harms(finding: Finding) -> bool:
    return finding.new != "ok" or finding.rule in _ABANDONED


def _refused(topic: str) -> str:
    """Return how to clear one retained message; those on other topics of the filter stay (MQTT 5, section 3.3.1.3)."""
    return f"this clears it, and no other: mosquitto_pub {_BROKER} -t {shlex.quote(topic)} --retain --null-message"


def _retained(finding: Finding) -> Iterable[str]:
    old = finding.topics[-1]
    if not old.retain or old.address is None:
        return
    where = filter_of(old.address)
    clear = f"mosquitto_sub {_BROKER} -t {shlex.quote(where)} --retained-only --remove-retained -W 5"
    if finding.rule in _ABANDONED:
        yield f"a retained message stays on {where} until it is cleared: {clear}"
    else:
        stay = f"retained messages of the old form stay on {where} until a new producer replaces them"
        yield f"{stay}, or, to clear all there: {clear}"


def _queued(finding: Finding, titles: Mapping[str, str]) -> Iterable[str]:
    old: Topic = finding.topics[-1]
    if not old.qos or old.address is None or finding.new == "ok":
        return
    names = ", ".join(sorted({titles.get(name, name) for name in old.subscribers})) or "subscribers"
    yield (
        f"sessions of {names} may hold queued messages of the old form on {filter_of(old.address)} (QoS {old.qos}): "
        "let them run empty, or connect once with clean start"
    )


def all_leftovers(findings: Iterable[Finding]) -> list[str]:
    """Return the leftovers of all changes, each once."""
    return list(dict.fromkeys(text for finding in findings for text in leftovers(finding)))
