"""The queue of a handler: first in, first out; with concurrency, in order for each key."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from itertools import chain

from topicwright.mqtt.message import Incoming

Key = Callable[[Incoming], Hashable]


class FifoQueue(deque[Incoming]):
    """The queue of a handler that takes one message after the other."""

    __slots__ = ()

    parked = 0
    """How many messages wait for another one with their key."""

    def drop_unreliable(self) -> Incoming | None:
        """Remove and return the oldest QoS 0 message, if there is one."""
        victim = next((item for item in self if item.qos == 0), None)
        if victim is not None:
            self.remove(victim)
        return victim

    def holds(self, incoming: Incoming) -> bool:
        """Return whether a message, which was the first of them, is still in the queue."""
        return bool(self) and self[0] is incoming

    def drain(self) -> list[Incoming]:
        """Remove and return all messages."""
        waiting = list(self)
        self.clear()
        return waiting


class KeyedQueue:
    """A queue that gives out a message only while no other one with its key is being handled."""

    __slots__ = ("_behind", "_key", "_keys", "_queue", "_ready", "append", "parked")

    append: Callable[[Incoming], None]
    """Add a message at the end."""

    def __init__(self, key: Key | None) -> None:
        """Take the function that returns the key of a message; without one, all messages have the same key."""
        self._key = key
        self._queue: deque[Incoming] = deque()
        self._behind: dict[Hashable, deque[Incoming]] = {}
        """For each key that is being handled, the messages that wait for it."""
        self._keys: dict[Incoming, Hashable] = {}
        self._ready: deque[Incoming] = deque()
        self.parked = 0
        """How many messages wait for another one with their key."""
        self.append = self._queue.append

    def __len__(self) -> int:
        return len(self._queue) + len(self._ready) + self.parked

    def popleft(self) -> Incoming:
        """Return the first message that may be handled now, or raise ``IndexError``; ``release`` it afterwards."""
        if self._ready:
            return self._ready.popleft()
        while True:
            incoming = self._queue.popleft()
            key = self._keys[incoming] = self._key_of(incoming)
            behind = self._behind.get(key)
            if behind is None:
                self._behind[key] = deque()
                return incoming
            behind.append(incoming)
            self.parked += 1

    def _key_of(self, incoming: Incoming) -> Hashable:
        try:
            return None if self._key is None else self._key(incoming)
        except Exception:  # its handler will report the problem
            return id(incoming)

    def release(self, incoming: Incoming) -> None:
        """Let the next message with the same key be taken."""
        if incoming not in self._keys:
            return
        key = self._keys.pop(incoming)
        behind = self._behind.get(key)
        if behind:
            self.parked -= 1
            self._ready.append(behind.popleft())
        else:
            self._behind.pop(key, None)

    def drop_unreliable(self) -> Incoming | None:
        """Remove and return the oldest QoS 0 message, if there is one."""
        for waiting in (*self._behind.values(), self._queue):
            victim = next((item for item in waiting if item.qos == 0), None)
            if victim is not None:
                waiting.remove(victim)
                if waiting is not self._queue:
                    self.parked -= 1
                    self._keys.pop(victim, None)
                return victim
        return None

    def __iter__(self) -> Iterator[Incoming]:
        return chain(self._ready, *self._behind.values(), self._queue)

    def holds(self, incoming: Incoming) -> bool:
        """Return whether a message is still in the queue, also behind another one with its key."""
        return incoming in iter(self)

    def drain(self) -> list[Incoming]:
        """Remove and return all messages; no key is being handled any more."""
        waiting = list(self)
        for container in (self._keys, self._behind, self._queue, self._ready):
            container.clear()
        self.parked = 0
        return waiting
