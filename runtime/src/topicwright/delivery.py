"""One received message on its way through handlers, and acknowledging in receive order."""

from __future__ import annotations

from collections import deque
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from .envelope import Decoder, Message
from .errors import DecodeError
from .transport import Incoming

if TYPE_CHECKING:
    from .entry import Entry

NOBODY: frozenset[Entry] = frozenset()


class Unwanted(Exception):
    """Raised by a handler's work: the message is of an event type that this handler does not take."""


class Delivery:
    """One received message; acknowledged when every handler it went to is through with it."""

    __slots__ = (
        "_decoder",
        "_max_payload",
        "_message",
        "finished",
        "incoming",
        "reported",
        "taken",
        "too_large",
        "tried",
        "waiting",
    )

    def __init__(self, incoming: Incoming, max_payload: int) -> None:
        self.incoming = incoming
        self.waiting: AbstractSet[Entry] = NOBODY
        """The handlers that are not through yet."""
        self.tried: AbstractSet[Entry] = NOBODY
        """The handlers that are through."""
        self.taken = False
        """Whether a handler took its event type."""
        self.finished = False
        self.reported = False
        """Whether it was reported as invalid: once, however many handlers cannot read it."""
        self._max_payload = max_payload
        self.too_large = len(incoming.payload) > max_payload
        """Whether nothing may parse its payload."""
        self._decoder: Decoder[Any] | None = None
        self._message: Message | None = None

    def read(self, decoder: Decoder[Any]) -> Message:
        """Return the decoded message; a further attempt of the same handler has it from the first.

        Raises:
            DecodeError: it is not what the catalog says, or larger than ``max_payload``.
        """
        if self._message is None or decoder is not self._decoder:
            if self.too_large:
                problem = f"payload of {len(self.incoming.payload)} bytes exceeds max_payload of {self._max_payload}"
                raise DecodeError(self.incoming.topic, decoder.topic.event_type, [problem])
            self._decoder, self._message = decoder, decoder.decode(self.incoming.topic, self.incoming.payload)
        return self._message


class AckOrder:
    """Acknowledges in the order of receiving (MQTT 5, section 4.6), over more than one connection."""

    def __init__(self) -> None:
        self._order: deque[Delivery] = deque()
        self._stale: dict[int, Delivery] = {}

    def add(self, delivery: Delivery) -> None:
        """Take a message that wants an acknowledgement."""
        self._order.append(delivery)

    def finish(self, delivery: Delivery) -> None:
        """Note that a message is done with."""
        delivery.finished = True
        self._flush()

    def _flush(self) -> None:
        order = self._order
        while order and order[0].finished:
            if not order[0].incoming.acknowledge():
                self.connecting()  # it is handled and will come again
                return
            order.popleft()

    def connecting(self) -> None:
        """Expect a new connection: what is unacknowledged may be sent again on it."""
        self._stale.update((item.incoming.packet_id, item) for item in self._order)
        self._order.clear()

    def session_lost(self) -> None:
        """Expect nothing again: the broker has forgotten the session."""
        self._stale.clear()

    def resume(self, incoming: Incoming) -> bool:
        """Give a message that is sent again to its delivery, which may still be with its handlers."""
        delivery = self._stale.pop(incoming.packet_id, None)
        if delivery is None:
            return False
        before = delivery.incoming
        if (before.topic, before.payload) != (incoming.topic, incoming.payload):
            return False
        delivery.incoming = incoming
        self._order.append(delivery)
        self._flush()
        return True

    def clear(self) -> None:
        """Forget everything: nothing of it is acknowledged any more."""
        self._order.clear()
        self._stale.clear()
