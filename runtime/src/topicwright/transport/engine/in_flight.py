"""Outgoing QoS 1 and 2 messages that are not through: the client's half of the session state (MQTT 5, section 4.1)."""

from __future__ import annotations

import random
from collections import deque

from topicwright.mqtt.message import Outgoing
from topicwright.transport.base import Answered

LAST_PACKET_ID = 0xFFFF


class InFlightMessage:
    """One message between PUBLISH and PUBACK or PUBCOMP."""

    received = False
    """For QoS 2: PUBREC has come, so PUBREL is what would be sent again."""

    def __init__(self, message: Outgoing, packet_id: int, future: Answered) -> None:
        self.message = message
        self.packet_id = packet_id
        self.future = future


class InFlight:
    """Packet ids and the messages under them, in the order of sending; survives connections."""

    def __init__(self) -> None:
        # The broker remembers the ids of unfinished QoS 2 publishes of a process that was killed, and would take a
        # new message under such an id for the old one: a new process does not start at 1 (section 4.3.3).
        self._last_id = random.randrange(LAST_PACKET_ID)
        self.by_id: dict[int, InFlightMessage] = {}
        """What is under way."""
        self.carried_over: dict[int, InFlightMessage] = {}
        """That of earlier connections, by the identity of its message."""
        self._reserved: set[int] = set()
        self.waiting: deque[tuple[Outgoing, Answered]] = deque()
        """Messages for which the broker's receive maximum leaves no room yet."""

    def __len__(self) -> int:
        return len(self.by_id)

    def carry(self) -> list[InFlightMessage]:
        """Return what an earlier connection left, to be sent again."""
        self.carried_over = {id(entry.message): entry for entry in self.by_id.values()}
        return list(self.by_id.values())

    def reserve(self) -> int:
        """Return a packet id that is not in use; ``release`` gives it back (section 2.2.1)."""
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
        """Give back the id of a SUBSCRIBE or UNSUBSCRIBE packet."""
        self._reserved.discard(packet_id)

    def add(self, message: Outgoing, future: Answered) -> InFlightMessage:
        """Give a message a packet id."""
        packet_id = self._last_id + 1
        if packet_id > LAST_PACKET_ID or packet_id in self.by_id or self._reserved:
            packet_id = self._next_id()
        self._last_id = packet_id
        entry = self.by_id[packet_id] = InFlightMessage(message, packet_id, future)
        return entry

    def get(self, packet_id: int) -> InFlightMessage | None:
        """Return the message with a packet id."""
        return self.by_id.get(packet_id)

    def carried(self, message: Outgoing) -> InFlightMessage | None:
        """Return the entry of a message that was sent over an earlier connection of the session."""
        return self.carried_over.get(id(message)) if self.carried_over else None

    def land(self, packet_id: int) -> Answered | None:
        """Finish a message; return who waits for its reason code, if there was such a message."""
        entry = self.by_id.pop(packet_id, None)
        if entry is None:
            return None
        if self.carried_over:
            self.carried_over.pop(id(entry.message), None)
        return entry.future

    def forget(self) -> None:
        """Start afresh: the broker does not know the session any more."""
        self.by_id.clear()
        self.carried_over.clear()
