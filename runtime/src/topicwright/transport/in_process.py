"""The register of in-process brokers, for ``memory://`` URLs."""

from __future__ import annotations

from topicwright.errors import BrokerUnavailableError
from topicwright.transport.base import Transport

brokers: dict[str, Transport] = {}
"""The running brokers by name."""


def find(name: str) -> Transport:
    """Return the running broker of that name.

    Raises:
        BrokerUnavailableError: there is none.
    """
    if name not in brokers:
        raise BrokerUnavailableError(f"cannot connect to memory://{name}: no MemoryBroker of that name is running")
    return brokers[name]
