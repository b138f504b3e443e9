"""Topic names and topic filters by the rules of MQTT 5, section 4.7, and an index of filters."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from topicwright.errors import TopicError

V = TypeVar("V")
MAX_BYTES: Final = 65535
LONGEST_REMEMBERED: Final = 256
"""At most this many characters has a topic that is remembered: a peer chooses how long its topics are."""
SHARE: Final = "$share/"
LONGEST_SHOWN: Final = 200
"""How much of a topic an error repeats, in characters."""


def _check_text(value: str, kind: str) -> None:
    if not value:
        raise TopicError(f"a {kind} must not be empty", value=value)
    if "\0" in value:
        raise TopicError(f"the {kind} {value!r} contains NUL", value=value)
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError:
        raise TopicError(f"the {kind} {value!r} is not valid Unicode", value=value) from None
    if size > MAX_BYTES:
        raise TopicError(f"the {kind} of {size} bytes exceeds {MAX_BYTES}", value=value)


def check_topic(topic: str) -> str:
    """Return ``topic`` if a message can be published to it, else raise ``TopicError`` (section 4.7.3)."""
    _check_text(topic, "topic")
    if "+" in topic or "#" in topic:
        raise TopicError(f"the topic {topic!r} contains a wildcard: a message needs one topic", value=topic)
    return topic


def check_filter(topic_filter: str) -> str:
    """Return ``topic_filter`` if one can subscribe to it, else raise ``TopicError`` (sections 4.7.1 and 4.8.2)."""
    _check_text(topic_filter, "topic filter")
    levels = strip_share(topic_filter).split("/")
    for number, level in enumerate(levels, 1):
        place = None
        if "#" in level and (level != "#" or number != len(levels)):
            place = "'#' only as its last level"
        elif "+" in level and level != "+":
            place = "'+' only as a whole level"
        if place:
            raise TopicError(f"the topic filter {topic_filter!r} may have {place}", value=topic_filter)
    return topic_filter


def subscription_identifier(topic_filter: str) -> int:
    """Return the identifier of a filter: the same in every process, since the broker keeps it with the session."""
    return zlib.crc32(topic_filter.encode()) % 0x0FFFFFFF + 1


def strip_share(topic_filter: str) -> str:
    """Return what a shared subscription matches: ``a/b`` of ``$share/group/a/b`` (section 4.8.2)."""
    if not topic_filter.startswith(SHARE):
        return topic_filter
    name, _, rest = topic_filter.removeprefix(SHARE).partition("/")
    if not rest or not name or "+" in name or "#" in name:
        raise TopicError(f"the shared subscription {topic_filter!r} must be $share/NAME/FILTER", value=topic_filter)
    return rest


class _Node(Generic[V]):
    __slots__ = ("children", "values")

    def __init__(self) -> None:
        self.children: dict[str, _Node[V]] = {}
        self.values: list[V] = []


class FilterIndex(Generic[V]):
    """Values by topic filter. A lookup costs by the levels of the topic, not by the number of filters."""

    def __init__(self) -> None:
        self._exact: dict[str, list[V]] = {}
        self._root: _Node[V] = _Node()

    def add(self, topic_filter: str, value: V) -> None:
        """Put ``value`` under ``topic_filter``."""
        key = strip_share(topic_filter)
        if "+" not in key and "#" not in key:
            self._exact.setdefault(key, []).append(value)
            return
        node = self._root
        for level in key.split("/"):
            node = node.children.setdefault(level, _Node())
        node.values.append(value)

    def remove(self, topic_filter: str, value: V) -> None:
        """Remove ``value``, and the levels that became empty."""
        key = strip_share(topic_filter)
        if "+" not in key and "#" not in key:
            self._exact[key].remove(value)
            if not self._exact[key]:
                del self._exact[key]
            return
        path = [self._root]
        levels = key.split("/")
        for level in levels:
            path.append(path[-1].children[level])
        path[-1].values.remove(value)
        for parent, level in zip(reversed(path[:-1]), reversed(levels), strict=True):
            child = parent.children[level]
            if child.values or child.children:
                break
            del parent.children[level]

    def match(self, topic: str) -> list[V]:
        """Return the values of all filters that match ``topic``."""
        values = list(self._exact.get(topic, ()))
        if self._root.children:
            values.extend(self._walk(self._root, topic.split("/"), 0))
        return values

    def _walk(self, node: _Node[V], levels: list[str], depth: int) -> Iterator[V]:
        # Wildcards at the first level do not match topics that begin with '$' (section 4.7.2).
        wildcards = depth > 0 or not levels[0].startswith("$")
        if wildcards and (rest := node.children.get("#")):
            yield from rest.values
        if depth == len(levels):
            yield from node.values
            return
        for key in (levels[depth], "+") if wildcards else (levels[depth],):
            if child := node.children.get(key):
                yield from self._walk(child, levels, depth + 1)


def matches(topic_filter: str, topic: str) -> bool:
    """Return whether one filter matches ``topic``."""
    index: FilterIndex[bool] = FilterIndex()
    index.add(topic_filter, True)
    return bool(index.match(topic))


def overlap(one: str, other: str) -> bool:
    """Return whether some topic matches both filters, which may be shared."""
    shorter, longer = sorted((strip_share(one).split("/"), strip_share(other).split("/")), key=len)
    if _hidden(shorter[0], longer[0]) or _hidden(longer[0], shorter[0]):
        return False
    for level, against in zip(shorter, longer, strict=False):
        if "#" in (level, against):
            return True
        if level != against and "+" not in (level, against):
            return False
    # "a/#" matches "a" as well, but "/#" no topic of one level: that would be empty (section 4.7.3).
    return longer[len(shorter) :] in ([], ["#"]) and (len(shorter) > 1 or "" not in (shorter[0], longer[0]))


def includes(wide: str, narrow: str) -> bool:
    """Return whether a filter matches every topic that another one matches; both may be shared."""
    levels, others = strip_share(wide).split("/"), strip_share(narrow).split("/")
    # "#" alone matches the same topics as "+/#", and "/#" the same as "/+/#": no topic is empty (section 4.7.3).
    if others in (["#"], ["", "#"]):
        others = [*others[:-1], "+", "#"]
    if _hidden(others[0], levels[0]):
        return False
    for at, level in enumerate(levels):
        if level == "#":
            return True
        if at >= len(others) or others[at] == "#" or level not in ("+", others[at]):
            return False
    return len(others) == len(levels)


def _hidden(level: str, other: str) -> bool:
    """Return whether ``$`` at the start hides a topic from a wildcard there (section 4.7.2)."""
    return level.startswith("$") and other in ("+", "#")


def deliverable(topic: str) -> bool:
    """Return whether a broker may send a message on ``topic``; none is empty, since no alias is granted to it."""
    return bool(topic) and not ("\0" in topic or "+" in topic or "#" in topic)


def shown(topic: str) -> str:
    """Return a text that a peer chose for an error or a log: on one line, and cut."""
    return ascii(topic if len(topic) <= LONGEST_SHOWN else topic[:LONGEST_SHOWN] + "...")
