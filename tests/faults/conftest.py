"""Fixtures of the fault tests: the runtime's helpers, and a mosquitto with clients over each transport in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from topicwright.testing import LocalBroker
from topicwright.testing.broker_programs import mosquitto_path

from tests.runtime.support.clients import Clients, transport


@pytest.fixture(params=["engine", "library"])
def over(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let clients use each transport in turn."""
    monkeypatch.setitem(transport, "over", request.param)
    return str(request.param)


@pytest.fixture
def mosquitto(over: str) -> Iterator[LocalBroker]:
    if mosquitto_path() is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    with LocalBroker(kind="mosquitto") as broker:
        yield broker


@pytest_asyncio.fixture
async def clients() -> AsyncIterator[Clients]:
    made = Clients()
    yield made
    await made.close()
