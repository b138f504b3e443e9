"""Reads a capture twice: first the topics, which become addresses, then what was heard on each address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from topicwright_codegen.infer.capture.capture_file import Capture
from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.infer.payloads.events import Observed
from topicwright_codegen.infer.payloads.pairs import Pair, Pairs
from topicwright_codegen.infer.payloads.reading import read_payload
from topicwright_codegen.infer.topics.addresses import Address, Addresses, Conventional, group
from topicwright_codegen.infer.topics.conventions import topics_named
from topicwright_codegen.infer.topics.tree import Node

MOST_TOPICS: Final = 100_000
"""Topics that addresses are made of; later ones only count where one of these addresses matches them."""
MOST_ADDRESSES: Final = 2_000
"""Addresses of the draft: those with the most messages."""
_MOST_NAMED: Final = 20_000
_MOST_LEVELS: Final = 64


@dataclass(slots=True)
class Survey:
    """What a capture contains."""

    messages: int = 0
    observed: dict[Address, Observed] = field(default_factory=dict[Address, Observed])
    pairs: list[Pair] = field(default_factory=list[Pair])
    named: dict[str, str] = field(default_factory=dict[str, str])
    """Topics that discovery messages of Home Assistant name, and what as."""
    own_topics: int = 0
    """Messages on topics that begin with ``$``, which belong to the broker (MQTT 5, section 4.7.2)."""
    no_topics: int = 0
    """Messages with a topic that no topic can be, with a wildcard or a null character, or with too many levels."""
    unplaced: int = 0
    """Messages on topics beyond the most that are looked at, which no address matches."""
    capped: list[str] = field(default_factory=list[str])
    """What was more than is looked at."""


def usable(heard: Heard) -> bool:
    """Return whether a message is on a topic of an application."""
    return not heard.topic.startswith("$") and _is_topic(heard.topic)


def _is_topic(topic: str) -> bool:
    return bool(topic) and topic.count("/") < _MOST_LEVELS and not any(char in topic for char in "+#\0")


def survey(capture: Capture, known: Addresses | None = None) -> Survey:
    """Read a capture.

    Args:
        capture: the messages.
        known: addresses that are there already; the topics that they match are not grouped again.
    """
    found = Survey()
    addresses = _grouped(capture, found, known or Addresses())
    _observe(capture, found, addresses)
    return found


def _grouped(capture: Capture, found: Survey, addresses: Addresses) -> Addresses:
    root, conventional, topics = Node(), Conventional(), set[str]()
    for heard in capture.messages():
        found.messages += 1
        if not usable(heard):
            found.own_topics += heard.topic.startswith("$")
            found.no_topics += not heard.topic.startswith("$")
            continue
        topic = heard.topic
        if topic not in topics:
            if len(topics) >= MOST_TOPICS:
                continue
            topics.add(topic)
        if addresses.of(topic) is not None:
            continue
        levels = topic.split("/")
        payload = read_payload(heard.payload)
        if not conventional.take(topic, levels):
            root.profile_at(levels).add(payload, levels)
        elif topic.endswith("/config") and len(found.named) < _MOST_NAMED:
            found.named.update(topics_named(payload.value))
    addresses.forget()
    for address in (*conventional.addresses(), *group(root).listed):
        addresses.add(address)
    if len(topics) >= MOST_TOPICS:
        found.capped.append(f"more than {MOST_TOPICS} topics: addresses are made of the first {MOST_TOPICS}")
    return addresses


def _observe(capture: Capture, found: Survey, addresses: Addresses) -> None:
    pairs, topics = Pairs(), set[str]()
    for heard in placed(capture):
        address = addresses.of(heard.topic)
        if address is None:
            found.unplaced += 1
            continue
        payload = read_payload(heard.payload)
        observed = found.observed.get(address)
        if observed is None:
            observed = found.observed[address] = Observed()
        observed.add(heard, payload)
        if heard.topic not in topics and len(topics) < MOST_TOPICS:
            topics.add(heard.topic)
            observed.topics += 1
        pairs.add(address.pattern, heard, payload)
    found.pairs = pairs.found()
    for topic, role in found.named.items():
        named = found.observed.get(address) if (address := addresses.of(topic)) is not None else None
        if named is not None:
            named.roles[role] += 1
    if len(found.observed) > MOST_ADDRESSES:
        most = sorted(found.observed, key=lambda one: -found.observed[one].count)[:MOST_ADDRESSES]
        found.capped.append(
            f"{len(found.observed)} addresses: the draft has the {MOST_ADDRESSES} with the most messages"
        )
        found.observed = {address: found.observed[address] for address in sorted(most, key=lambda one: one.pattern)}


def placed(capture: Capture) -> Iterator[Heard]:
    """Yield the messages on topics of an application."""
    return (heard for heard in capture.messages() if usable(heard))
