"""Brokers for tests: ``LocalBroker`` is a real broker on a free port, ``MemoryBroker`` needs no network."""

from topicwright.testing.local_broker import LocalBroker
from topicwright.testing.memory_broker import MemoryBroker, Published

__all__ = ["LocalBroker", "MemoryBroker", "Published"]
