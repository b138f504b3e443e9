"""Acknowledging in the order of receipt, over more than one connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from weakref import WeakValueDictionary

from topicwright.mqtt.message import Incoming


class AckOrder:
    """Acknowledges in the order of receipt (MQTT 5, section 4.6), over more than one connection."""

    add: Callable[[Incoming], None]
    """Take a received message of QoS 1 or 2."""

    def __init__(self) -> None:
        self._order: deque[Incoming] = deque()
        self._unacknowledged: dict[int, Incoming] = {}
        """Messages of earlier connections, by packet id: the broker may send them again."""
        self._last: Incoming | None = None
        self._by_id: WeakValueDictionary[int, Incoming] = WeakValueDictionary()
        """The messages of ``_order`` up to ``_last``, and older ones, by packet id."""
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
        self._by_id.clear()
        self._last = None

    def session_lost(self) -> None:
        """Expect no redelivery: the broker has forgotten the session."""
        self._unacknowledged.clear()

    def resume(self, incoming: Incoming) -> bool:
        """Return whether a message repeats one that handlers still have: both are acknowledged together."""
        earlier = self._unacknowledged.pop(incoming.packet_id, None)
        if earlier is None:
            return self._repeats(incoming)
        if not _same(earlier, incoming):
            return False
        earlier.redelivered = incoming
        self._order.append(earlier)
        self._index()
        self._flush()
        return True

    def _repeats(self, incoming: Incoming) -> bool:
        """Return whether a message was sent on this connection already, and is not acknowledged yet."""
        earlier = self._index().get(incoming.packet_id) if incoming.qos > 0 else None
        if earlier is None or not _same(earlier, incoming) or not any(item is earlier for item in self._order):
            return False
        incoming.discard()
        return True

    def _index(self) -> WeakValueDictionary[int, Incoming]:
        """Return the unacknowledged messages of this connection by packet id.

        It is made again only where messages came that are not marked as sent before, so that a session with many
        unacknowledged messages is resumed in linear time.
        """
        order = self._order
        if len(order) > 1 and order[-2] is self._last and self._last is not order[-1]:
            self._by_id[_packet_id(order[-1])] = order[-1]
        elif order and order[-1] is not self._last:
            self._by_id = WeakValueDictionary((_packet_id(item), item) for item in order)
        self._last = order[-1] if order else None
        return self._by_id

    def clear(self) -> None:
        """Forget all messages: none of them will be acknowledged."""
        self._order.clear()
        self._unacknowledged.clear()
        self._by_id.clear()
        self._last = None


def _packet_id(item: Incoming) -> int:
    return (item.redelivered or item).packet_id


def _same(earlier: Incoming, incoming: Incoming) -> bool:
    return (earlier.topic, earlier.payload) == (incoming.topic, incoming.payload)
