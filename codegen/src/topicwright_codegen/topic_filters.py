"""Topic filters (MQTT 5, section 4.7): what they match, and which overlap. The only place that knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LEVEL = re.compile(r"\{[^{}/]*\}")


def filter_of(address: str) -> str:
    """Return the filter that subscribes to an address: each level with a parameter is a single-level wildcard."""
    return "/".join("+" if _LEVEL.search(level) else level for level in address.split("/"))


def has_wildcard(filter_: str) -> bool:
    """Tell whether a filter matches more than one topic."""
    return any(level in ("+", "#") for level in filter_.split("/"))


def overlap(one: str, other: str) -> bool:
    """Tell whether some topic is matched by both filters."""
    levels, others = one.split("/"), other.split("/")
    if _hidden(levels[0], others[0]) or _hidden(others[0], levels[0]):
        return False
    return _overlap(levels, others)


def covers(wide: str, narrow: str) -> bool:
    """Tell whether a filter matches every topic that another one matches."""
    levels, others = wide.split("/"), narrow.split("/")
    if _hidden(others[0], levels[0]):
        return False
    for at, level in enumerate(levels):
        if level == "#":
            return True
        if at >= len(others) or others[at] == "#" or level not in ("+", others[at]):
            return False
    return len(others) == len(levels)


def _hidden(level: str, other: str) -> bool:
    """Tell whether ``$`` at the start hides a topic from a wildcard there (section 4.7.2)."""
    return level.startswith("$") and other in ("+", "#")


def _overlap(levels: Sequence[str], others: Sequence[str]) -> bool:
    for at in range(max(len(levels), len(others))):
        one = levels[at] if at < len(levels) else None
        other = others[at] if at < len(others) else None
        if "#" in (one, other):
            return True
        if one is None or other is None or (one != other and "+" not in (one, other)):
            # "a/#" matches "a" as well.
            return (one is None and others[at:] == ["#"]) or (other is None and levels[at:] == ["#"])
    return True


def is_filter(text: str) -> bool:
    """Tell whether wildcards stand where MQTT allows them (MQTT 5, section 4.7.1)."""
    *levels, last = text.split("/")
    return all(level == "+" or not {"+", "#"} & set(level) for level in [*levels, last.replace("#", "", last == "#")])


def matches(address: str, topic: str) -> bool:
    """Return whether a filter of ``address``, every parameter a wildcard, gets what is sent to ``topic``."""
    levels, others = address.split("/"), topic.split("/")
    return len(levels) == len(others) and all(
        "{" in level or level == other for level, other in zip(levels, others, strict=True)
    )


def literal_rivals(address: str, literals: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses without parameters that a subscription to this one gets messages of."""
    return tuple(sorted(topic for topic in literals if topic != address and matches(address, topic)))
