"""Fixtures of the runtime's tests."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.testing.broker_programs import mosquitto_path

from tests.runtime.support.clients import Clients, transport

NO_MOSQUITTO = "mosquitto is not installed (apt-get install mosquitto)"
NO_IOTCORE = "iotcore is not installed (pip install iotcore)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs mosquitto where it is absent."""
    if mosquitto_path() is None:
        for item in items:
            if "mosquitto" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=NO_MOSQUITTO))


@pytest.fixture(params=["engine", "library"])
def mosquitto(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalBroker]:
    """Give a mosquitto, with clients over each transport in turn."""
    monkeypatch.setitem(transport, "over", request.param)
    with LocalBroker(kind="mosquitto") as broker:
        yield broker


BROKERS = ["mosquitto-engine", "mosquitto-library", "iotcore-engine", "iotcore-library", "memory-auto"]


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalBroker | MemoryBroker]:
    """Give each kind of broker in turn, with clients over each transport: what is promised holds on all of them."""
    kind, _, over = request.param.partition("-")
    if kind == "mosquitto" and mosquitto_path() is None:
        pytest.skip(NO_MOSQUITTO)
    if kind == "iotcore" and importlib.util.find_spec("iotcore") is None:
        pytest.skip(NO_IOTCORE)
    monkeypatch.setitem(transport, "over", over)
    with MemoryBroker() if kind == "memory" else LocalBroker(kind=kind) as broker:
        yield broker


@pytest_asyncio.fixture
async def clients() -> AsyncIterator[Clients]:
    made = Clients()
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep settings of this machine and a ``.env`` file out."""
    import os

    for name in list(os.environ):
        if name.startswith("MQTT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
