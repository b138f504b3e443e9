"""The pytest plugin: fixtures with a broker for each test.

pytest imports it in every environment that has the runtime, also for tests that have nothing to do with MQTT. So it is
a package of its own, and imports the runtime when a fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from topicwright.testing import LocalBroker, MemoryBroker


@pytest.fixture
def local_broker() -> Iterator[LocalBroker]:
    """Provide a real broker on a free loopback port; an error names what to install if there is none."""
    from topicwright.testing import LocalBroker

    with LocalBroker() as broker:
        yield broker


@pytest.fixture
def memory_broker() -> Iterator[MemoryBroker]:
    """Provide a broker inside the test's process."""
    from topicwright.testing import MemoryBroker

    with MemoryBroker() as broker:
        yield broker
