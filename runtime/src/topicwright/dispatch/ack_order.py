"""Acknowledging in the order of receiving, over more than one connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from topicwright.mqtt.message import Incoming


class AckOrder:
    """Acknowledges in the order of receiving (MQTT 5, section 4.6), over more than one connection."""

    def __init__(self) -> None:
        self._order: deque[Incoming] = deque()
        self._stale: dict[int, Incoming] = {}
        self.add: Callable[[Incoming], None] = self._order.append
        """Take a message that wants an acknowledgement."""

    def finish(self, delivery: Incoming) -> None:
        """Acknowledge a message as soon as those before it are; QoS 0 needs none."""
        order = self._order
        if order and order[0] is delivery and (delivery.sent_again or delivery).acknowledge():  # as most are
            order.popleft()
            if not order or not order[0].finished:
                return
        if delivery.qos > 0:
            delivery.finished = True
            self._flush()

    def _flush(self) -> None:
        order = self._order
        while order and order[0].finished:
            if not (order[0].sent_again or order[0]).acknowledge():
                self.connecting()  # it is handled and will come again
                return
            order.popleft()

    def connecting(self) -> None:
        """Expect a new connection: what is unacknowledged may be sent again on it."""
        self._stale.update((item.packet_id, item) for item in self._order)
        self._order.clear()

    def session_lost(self) -> None:
        """Expect nothing again: the broker has forgotten the session."""
        self._stale.clear()

    def resume(self, incoming: Incoming) -> bool:
        """Take a message that is sent again for what it was before, which may still be with its handlers."""
        delivery = self._stale.pop(incoming.packet_id, None)
        if delivery is None:
            return False
        if (delivery.topic, delivery.payload) != (incoming.topic, incoming.payload):
            return False
        delivery.sent_again = incoming
        self._order.append(delivery)
        self._flush()
        return True

    def clear(self) -> None:
        """Forget everything: nothing of it is acknowledged any more."""
        self._order.clear()
        self._stale.clear()
