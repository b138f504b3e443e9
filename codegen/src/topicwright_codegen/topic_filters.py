"""Topic filters (MQTT 5, section 4.7): what they match, and which overlap.

The only place in the compiler with these rules. The runtime has its own in ``topicwright.mqtt.topic_filters``, since a
service is installed without the compiler.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A parameter in an address."""
BROKER = "$SYS/"
"""The beginning of topics of the broker about itself (section 4.7.2)."""
MAX_BYTES = 65535
_SPECIAL = re.compile(r"[$()*+.?\[\\\]^{|}]")
_WILDCARDS = frozenset("+#")
_BRACES = frozenset("{}")
_SHARE = "$share/"
_SHARED = re.compile(r"\$share/[^/+#]+/(?=.)", re.DOTALL)


def is_text(text: str) -> bool:
    """Return whether a text can be a topic name or a topic filter at all (section 4.7.3)."""
    return 0 < len(text.encode("utf-8", "replace")) <= MAX_BYTES and "\0" not in text


def is_topic(text: str) -> bool:
    """Return whether a message can be published to a topic of this name."""
    return is_text(text) and not _WILDCARDS & set(text)


def is_will_topic(text: str) -> bool:
    """Return whether a Last Will can be published to a topic: one of the clients, and without parameters."""
    return is_topic(text) and not text.startswith("$") and not _BRACES & set(text)


def is_filter(text: str) -> bool:
    """Return whether one can subscribe to a filter: wildcards are whole levels, ``#`` the last (section 4.7.1)."""
    rest = strip_share(text)
    *levels, last = rest.split("/")
    return (
        is_text(text)
        and not (rest == text and text.startswith(_SHARE))
        and all(level == "+" or not _WILDCARDS & set(level) for level in levels)
        and (last in _WILDCARDS or not _WILDCARDS & set(last))
    )


def strip_share(text: str) -> str:
    """Return what a shared subscription matches: ``a/b`` of ``$share/group/a/b`` (section 4.8.2)."""
    shared = _SHARED.match(text)
    return text[shared.end() :] if shared else text


def filter_of(address: str) -> str:
    """Return the filter that subscribes to an address: each level with a parameter is a single-level wildcard."""
    return "/".join("+" if "{}" in level else level for level in PLACEHOLDER.sub("{}", address).split("/"))


def shape_of(address: str) -> str:
    """Return an address without the names of its parameters: each whole level that is one is a wildcard."""
    return "/".join("+" if level == "{}" else level for level in PLACEHOLDER.sub("{}", address).split("/"))


def pattern_of(address: str) -> str:
    """Return a pattern of JSON Schema that matches the topics of an address."""
    texts = (_SPECIAL.sub(r"\\\g<0>", text) for text in PLACEHOLDER.split(address)[::2])
    return f"^{'[^/]+'.join(texts)}$"


def has_wildcard(filter_: str) -> bool:
    """Return whether a filter matches more than one topic."""
    return any(level in _WILDCARDS for level in filter_.split("/"))


def is_literal(address: str) -> bool:
    """Return whether an address is one topic: it has neither a parameter nor a wildcard."""
    return filter_of(address) == address and is_topic(address)


def matches(filter_: str, topic: str) -> bool:
    """Return whether a subscription to a filter gets the messages of a topic."""
    return _includes(strip_share(filter_).split("/"), topic.split("/"))


def includes(wide: str, narrow: str) -> bool:
    """Return whether a filter matches every topic that another one matches."""
    levels, others = strip_share(wide).split("/"), strip_share(narrow).split("/")
    # "#" alone matches the same topics as "+/#", and "/#" the same as "/+/#": no topic is empty (section 4.7.3).
    if others in (["#"], ["", "#"]):
        others = [*others[:-1], "+", "#"]
    return _includes(levels, others)


def overlap(one: str, other: str) -> bool:
    """Return whether some topic is matched by both filters."""
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


def literal_rivals(address: str, literals: Iterable[str]) -> tuple[str, ...]:
    """Return the literal addresses that a subscription to this one, which is not literal, gets messages of."""
    filter_ = filter_of(address)
    if not has_wildcard(filter_):
        return ()
    return tuple(sorted(topic for topic in literals if matches(filter_, topic)))


def _includes(levels: Sequence[str], others: Sequence[str]) -> bool:
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
    return level.startswith("$") and other in _WILDCARDS
