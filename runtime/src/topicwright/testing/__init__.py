"""Brokers for tests, ``LocalBroker`` on a port and ``MemoryBroker`` in the process, and helpers for handlers."""

from topicwright.testing.events import assert_published, event_of
from topicwright.testing.local_broker import LocalBroker
from topicwright.testing.memory_broker import MemoryBroker
from topicwright.testing.observing import Published

__all__ = ["LocalBroker", "MemoryBroker", "Published", "assert_published", "event_of"]
