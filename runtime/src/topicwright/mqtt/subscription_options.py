"""The options of a subscription as the byte that SUBSCRIBE has for them (MQTT 5, section 3.8.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from topicwright.mqtt.topic_filters import SHARE

Retained: TypeAlias = Literal["always", "new", "never"]
"""When a broker sends what it retains: for each SUBSCRIBE, for a new subscription only, or not at all."""
NO_LOCAL: Final = 0x04
RETAIN_AS_PUBLISHED: Final = 0x08
"""The broker passes the publisher's RETAIN flag on; without it the flag says that a message had been stored."""
_QOS: Final = 0x03
_RETAIN_HANDLING: Final = 0x30
_HANDLING: Final[dict[Retained, int]] = {"always": 0x00, "new": 0x10, "never": 0x20}
OPTIONS_OF_MQTT_5: Final = NO_LOCAL | RETAIN_AS_PUBLISHED | _RETAIN_HANDLING


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOptions:
    """The options of a subscription beside its QoS."""

    no_local: bool = False
    """Whether the broker leaves out what this client itself publishes."""
    retained: Retained = "always"
    retain_as_published: bool = False
    """Whether messages come with the publisher's RETAIN flag."""

    def byte(self, topic_filter: str, qos: int) -> int:
        """Return the byte. A QoS alone is the byte of a subscription without further options.

        Raises:
            ValueError: ``no_local`` of a shared subscription, which MQTT forbids.
        """
        if self.no_local and topic_filter.startswith(SHARE):
            raise ValueError(f"{topic_filter!r}: no_local is not for shared subscriptions (MQTT 5, section 3.8.3.1)")
        flags = (NO_LOCAL if self.no_local else 0) | (RETAIN_AS_PUBLISHED if self.retain_as_published else 0)
        return qos | flags | _HANDLING[self.retained]


NO_OPTIONS: Final = SubscriptionOptions()


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
