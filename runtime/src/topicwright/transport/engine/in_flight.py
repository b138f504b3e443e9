"""Outgoing QoS 1 and 2 messages in flight: the client's half of the session state (MQTT 5, section 4.1)."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Collection

from topicwright.mqtt.message import Outgoing
from topicwright.transport.base import Answered

LAST_PACKET_ID = 0xFFFF


class InFlightMessage:
    """One message between PUBLISH and PUBACK or PUBCOMP."""

    pubrec_received = False
    """For QoS 2: PUBREC was received, so PUBREL would be sent again instead of PUBLISH."""
    unheard = False
    """For QoS 2: PUBREC said that nobody has subscribed, which is the fate of the message (section 3.5.2.1)."""

    def __init__(self, message: Outgoing, packet_id: int, acknowledged: Answered) -> None:
        self.message = message
        self.packet_id = packet_id
        self.acknowledged = acknowledged


class InFlight:
    """The messages in flight by packet id, in the order of sending; one object for all connections of a session."""

    def __init__(self) -> None:
        # The broker remembers the ids of unfinished QoS 2 publishes of a killed process, and would take a new message
        # with such an id for the old one. So a new process does not start at 1 (section 4.3.3).
        self._last_id = random.randrange(LAST_PACKET_ID)
        self.by_id: dict[int, InFlightMessage] = {}
        """All messages in flight."""
        self.carried_over: dict[int, InFlightMessage] = {}
        """Those sent over an earlier connection, by the identity of the message."""
        self._reserved: set[int] = set()
        self._forgotten: set[int] = set()
        self.waiting: deque[tuple[Outgoing, Answered]] = deque()
        """Messages that must wait because the broker's receive maximum is reached."""

    def __len__(self) -> int:
        return len(self.by_id)

    def carry_over(self) -> list[InFlightMessage]:
        """Return the messages of an earlier connection, to be sent again."""
        self.carried_over = {id(entry.message): entry for entry in self.by_id.values()}
        return list(self.by_id.values())

    def reserve(self) -> int:
        """Return an unused packet id for a SUBSCRIBE or UNSUBSCRIBE; ``release`` frees it (section 2.2.1)."""
        packet_id = self._next_id()
        self._reserved.add(packet_id)
        return packet_id

    def _next_id(self) -> int:
        for _ in range(LAST_PACKET_ID):
            self._last_id = self._last_id % LAST_PACKET_ID + 1
            if self._last_id not in self.by_id and self._last_id not in self._reserved:
                return self._last_id
        raise RuntimeError("all 65535 packet ids are in use")

    def release(self, packet_id: int) -> None:
        """Free the id of a SUBSCRIBE or UNSUBSCRIBE packet."""
        self._reserved.discard(packet_id)

    def add(self, message: Outgoing, acknowledged: Answered) -> InFlightMessage:
        """Give a message a packet id."""
        packet_id = self._last_id + 1  # fast path of _next_id
        if packet_id > LAST_PACKET_ID or packet_id in self.by_id or self._reserved:
            packet_id = self._next_id()
        self._last_id = packet_id
        entry = self.by_id[packet_id] = InFlightMessage(message, packet_id, acknowledged)
        return entry

    def get(self, packet_id: int) -> InFlightMessage | None:
        """Return the message with a packet id."""
        return self.by_id.get(packet_id)

    def carried(self, message: Outgoing) -> InFlightMessage | None:
        """Return the entry of a message that was sent over an earlier connection, or None."""
        return self.carried_over.get(id(message)) if self.carried_over else None

    def finish(self, packet_id: int) -> Answered | None:
        """Remove a message; return the object that takes its reason code, or None if no message has the id."""
        entry = self.by_id.pop(packet_id, None)
        if entry is None:
            return None
        if self.carried_over:
            self.carried_over.pop(id(entry.message), None)
        return entry.acknowledged

    def forget(self, messages: Collection[Outgoing]) -> None:
        """Remove messages that are not to be sent again.

        The broker may know the packet id of one of QoS 2, so that id is not used again (section 4.3.3).
        """
        unwanted = {id(message) for message in messages}
        for entry in list(self.by_id.values()):
            if id(entry.message) in unwanted:
                self.finish(entry.packet_id)
                if entry.message.qos == 2:
                    self._reserved.add(entry.packet_id)
                    self._forgotten.add(entry.packet_id)

    def clear(self) -> None:
        """Remove everything: the broker has lost the session."""
        self.by_id.clear()
        self.carried_over.clear()
        self._reserved -= self._forgotten
        self._forgotten.clear()
