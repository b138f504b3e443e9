"""Faults of a peer that a broker should have refused, and did not."""

from __future__ import annotations

import logging
from typing import Final

log = logging.getLogger("topicwright")

MOST: Final = 3
"""How many connections of one client end because of such a fault."""


class PeerFaults:
    """Counts messages with a property or on a topic that MQTT forbids, over all connections of one client.

    Such a message ends the connection (MQTT 5, section 4.13.1). A broker that does not look at what its clients send
    would send it again on each connection. So after some the property is dropped and the message taken; one whose
    topic is none is acknowledged and goes to no handler.
    """

    def __init__(self) -> None:
        self._count = 0

    def forgive(self) -> bool:
        """Count a fault; return whether the message is taken all the same."""
        self._count += 1
        if self._count == MOST + 1:
            text = "%d connections ended because of what another client sent: what MQTT forbids in it is dropped now"
            log.error(text, MOST)
        return self._count > MOST
