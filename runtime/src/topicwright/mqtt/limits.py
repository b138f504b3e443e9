"""What a broker accepts: the limits of CONNACK (MQTT 5, section 3.2.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits that CONNACK states; the defaults are those of a broker that states none."""

    maximum_qos: int = 2
    """The highest QoS that a message may have (section 3.2.2.3.4)."""
    retain: bool = True
    """Whether a message may be retained (section 3.2.2.3.5)."""
    maximum_packet_size: int | None = None
    """The largest packet in bytes; None for no limit (section 3.2.2.3.6)."""
    session_expiry: int | None = None
    """Seconds that the broker keeps a session, where it is not what CONNECT asks for (section 3.2.2.3.2)."""
    wildcards: bool = True
    """Whether a topic filter may have wildcards (section 3.2.2.3.11)."""
    identifiers: bool = True
    """Whether SUBSCRIBE may carry a subscription identifier (section 3.2.2.3.12)."""
    shared: bool = True
    """Whether there are shared subscriptions (section 3.2.2.3.13)."""

    @property
    def takes_all(self) -> bool:
        """Whether no PUBLISH packet is excluded."""
        return self.maximum_qos == 2 and self.retain and self.maximum_packet_size is None


UNLIMITED: Final = Limits()
OLDER: Final = Limits(identifiers=False)
"""The limits of MQTT 3.1.1, which has no CONNACK properties and no subscription identifiers."""
