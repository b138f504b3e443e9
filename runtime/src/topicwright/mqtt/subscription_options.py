"""The options of a subscription as the byte that SUBSCRIBE has for them (MQTT 5, section 3.8.3.1)."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Retained: TypeAlias = Literal["always", "new", "never"]
"""When a broker sends what it retains: for each SUBSCRIBE, for a new subscription only, or not at all."""
NO_LOCAL: Final = 0x04
AS_PUBLISHED: Final = 0x08
"""Retain As Published: a message keeps the RETAIN flag of its publisher. Without it the flag is set only on what the
broker had stored (MQTT 5, section 3.3.1.3)."""
_QOS: Final = 0x03
_RETAIN_HANDLING: Final = 0x30
_HANDLING: Final[dict[Retained, int]] = {"always": 0x00, "new": 0x10, "never": 0x20}
OPTIONS_OF_MQTT_5: Final = NO_LOCAL | _RETAIN_HANDLING


def with_options(qos: int, *, no_local: bool, retained: Retained) -> int:
    """Return the byte. A QoS alone is the byte of a subscription without further options."""
    return qos | (NO_LOCAL if no_local else 0) | _HANDLING[retained]


def qos_of(options: int) -> int:
    """Return the QoS."""
    return options & _QOS


def retain_handling(options: int) -> int:
    """Return 0 for always, 1 for new subscriptions, 2 for never."""
    return (options & _RETAIN_HANDLING) >> 4


def merged(topic_filter: str, options: int, present: int | None) -> int:
    """Return the options of one subscription for two handlers: the higher QoS.

    Raises:
        ValueError: their other options differ, and a filter has one subscription.
    """
    if present is None:
        return options
    if (options ^ present) & OPTIONS_OF_MQTT_5:
        raise ValueError(f"another handler of {topic_filter!r} has other options: a filter has one subscription")
    return max(options, present)
