"""Topic filters (MQTT 5, section 4.7): what they match, and which overlap. The only place that knows."""

from __future__ import annotations

from collections.abc import Iterable


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
