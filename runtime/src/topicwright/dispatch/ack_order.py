"""Acknowledging in the order of receipt, over more than one connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from topicwright.mqtt.message import Incoming


class AckOrder:
    """Acknowledges in the order of receipt (MQTT 5, section 4.6), over more than one connection."""

    add: Callable[[Incoming], None]
    """Take a received message of QoS 1 or 2."""

    def __init__(self) -> None:
        self._order: deque[Incoming] = deque()
        self._unacknowledged: dict[int, Incoming] = {}
        """Messages of earlier connections, by packet id: the broker may send them again."""
        self.add = self._order.append

    def finish(self, incoming: Incoming) -> None:
        """Acknowledge a message as soon as those before it are acknowledged; QoS 0 needs no acknowledgement."""
        order = self._order
        if order and order[0] is incoming and (incoming.redelivered or incoming).acknowledge():  # fast path of _flush
            order.popleft()
            if not order or not order[0].finished:
                return
        if incoming.qos > 0:
            incoming.finished = True
            self._flush()

    def _flush(self) -> None:
        order = self._order
        while order and order[0].finished:
            if not (order[0].redelivered or order[0]).acknowledge():
                self.connecting()  # it is handled, and acknowledged when it is redelivered
                return
            order.popleft()

    def connecting(self) -> None:
        """Expect a new connection: unacknowledged messages may be redelivered on it."""
        self._unacknowledged.update((item.packet_id, item) for item in self._order)
        self._order.clear()

    def session_lost(self) -> None:
        """Expect no redelivery: the broker has forgotten the session."""
        self._unacknowledged.clear()

    def resume(self, incoming: Incoming) -> bool:
        """Return whether a message redelivers one that handlers still have; both are acknowledged together."""
        earlier = self._unacknowledged.pop(incoming.packet_id, None)
        if earlier is None or (earlier.topic, earlier.payload) != (incoming.topic, incoming.payload):
            return False
        earlier.redelivered = incoming
        self._order.append(earlier)
        self._flush()
        return True

    def clear(self) -> None:
        """Forget all messages: none of them will be acknowledged."""
        self._order.clear()
        self._unacknowledged.clear()
