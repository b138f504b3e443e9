"""What waits for a handler: one line, or lanes where several run at once and those with one key stay in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable

from topicwright.mqtt.message import Incoming

Key = Callable[[Incoming], Hashable]


class Line(deque[Incoming]):
    """The queue of a handler that takes one message after the other: there may be thousands of them."""

    __slots__ = ()

    @property
    def available(self) -> int:
        """How many may be taken."""
        return len(self)

    def drop_unreliable(self) -> Incoming | None:
        """Take the oldest QoS 0 message away, if there is one."""
        victim = next((item for item in self if item.qos == 0), None)
        if victim is not None:
            self.remove(victim)
        return victim

    def drain(self) -> list[Incoming]:
        """Return everything that waits, and keep nothing."""
        waiting = list(self)
        self.clear()
        return waiting


class Lanes:
    """A queue from which a message is taken when no other with its key is being handled."""

    __slots__ = ("_behind", "_key", "_keys", "_parked", "_queue", "_ready", "append")

    def __init__(self, key: Key | None) -> None:
        """Take what tells the key of a message; without it all of them have the same."""
        self._key = key
        self._queue: deque[Incoming] = deque()
        self._behind: dict[Hashable, deque[Incoming]] = {}
        """For each key that is being handled, what waits for its end."""
        self._keys: dict[Incoming, Hashable] = {}
        self._ready: deque[Incoming] = deque()
        self._parked = 0
        self.append: Callable[[Incoming], None] = self._queue.append
        """Add a message at the end."""

    def __len__(self) -> int:
        return len(self._queue) + len(self._ready) + self._parked

    @property
    def available(self) -> int:
        """How many do not wait for the end of another one."""
        return len(self._queue) + len(self._ready)

    def popleft(self) -> Incoming:
        """Return the first message that may be handled now, or raise ``IndexError``; ``release`` it afterwards."""
        if self._ready:
            return self._ready.popleft()
        while True:
            delivery = self._queue.popleft()
            key = self._keys[delivery] = self._key_of(delivery)
            behind = self._behind.get(key)
            if behind is None:
                self._behind[key] = deque()
                return delivery
            behind.append(delivery)
            self._parked += 1

    def _key_of(self, delivery: Incoming) -> Hashable:
        try:
            return None if self._key is None else self._key(delivery)
        except Exception:  # its handler will say what is wrong with it
            return id(delivery)

    def release(self, delivery: Incoming) -> None:
        """Let the next message with the key of this one go."""
        if delivery not in self._keys:
            return
        key = self._keys.pop(delivery)
        behind = self._behind.get(key)
        if behind:
            self._parked -= 1
            self._ready.append(behind.popleft())
        else:
            self._behind.pop(key, None)

    def drop_unreliable(self) -> Incoming | None:
        """Take the oldest QoS 0 message away, if there is one."""
        for waiting in (*self._behind.values(), self._queue):
            victim = next((item for item in waiting if item.qos == 0), None)
            if victim is not None:
                waiting.remove(victim)
                if waiting is not self._queue:
                    self._parked -= 1
                    self._keys.pop(victim, None)
                return victim
        return None

    def drain(self) -> list[Incoming]:
        """Return everything that waits, and keep nothing; keys are free."""
        waiting = [*self._ready, *(item for behind in self._behind.values() for item in behind), *self._queue]
        for kept in (self._keys, self._behind, self._queue, self._ready):
            kept.clear()
        self._parked = 0
        return waiting
