"""The pytest plugin: a broker for each test that asks for one. Loaded by pytest, which the runtime does not need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from topicwright.testing.local_broker import LocalBroker
from topicwright.testing.memory_broker import MemoryBroker


@pytest.fixture
def local_broker() -> Iterator[LocalBroker]:
    """Give a real broker on a free loopback port; an error says what to install where there is none."""
    with LocalBroker() as broker:
        yield broker


@pytest.fixture
def memory_broker() -> Iterator[MemoryBroker]:
    """Give a broker inside the test's own process."""
    with MemoryBroker() as broker:
        yield broker
