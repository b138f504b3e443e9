"""Brokers for tests: ``LocalBroker`` is a real one on a free port, ``MemoryBroker`` needs no network."""

from .local import LocalBroker
from .memory import MemoryBroker, Published

__all__ = ["LocalBroker", "MemoryBroker", "Published"]
