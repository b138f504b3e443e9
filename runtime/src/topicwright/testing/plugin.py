"""The pytest plugin: fixtures with a broker for each test. pytest loads it; the runtime does not need pytest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from topicwright.testing.local_broker import LocalBroker
from topicwright.testing.memory_broker import MemoryBroker


@pytest.fixture
def local_broker() -> Iterator[LocalBroker]:
    """Provide a real broker on a free loopback port; an error names what to install if there is none."""
    with LocalBroker() as broker:
        yield broker


@pytest.fixture
def memory_broker() -> Iterator[MemoryBroker]:
    """Provide a broker inside the test's process."""
    with MemoryBroker() as broker:
        yield broker
