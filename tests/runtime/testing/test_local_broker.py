"""``LocalBroker``: its own guarantees."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.testing import broker_programs as kinds

from tests.runtime.support.clients import eventually, needs_mosquitto
from tests.runtime.support.network import Child
from tests.runtime.support.raw_connection import kind

Broker = LocalBroker | MemoryBroker


def test_local_broker_listens_on_loopback_only_and_cleans_up(mosquitto: LocalBroker):
    with socket.create_connection(("127.0.0.1", mosquitto.port), timeout=5):
        pass
    folder, pid = Path(mosquitto._folder.name), mosquitto.pid
    mosquitto.__exit__(None, None, None)
    assert not folder.exists()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    mosquitto._folder = type(mosquitto._folder)()


@needs_mosquitto
def test_local_broker_refuses_a_port_on_which_a_stranger_answers():
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        broker = LocalBroker(kind="mosquitto", port=stranger.getsockname()[1])
        with pytest.raises(RuntimeError, match="is taken"):
            broker.start()
        assert broker.pid is None


def test_local_broker_keeps_its_port(mosquitto: LocalBroker):
    port = mosquitto.port
    for end in (mosquitto.stop, mosquitto.kill):
        end()
        end()
        assert mosquitto.pid is None
        mosquitto.start()
        mosquitto.start()
        assert mosquitto.port == port


@pytest.mark.skipif(kinds.mosquitto_path() is None, reason="mosquitto is not installed")
def test_local_broker_reports_why_it_does_not_start():
    broker = LocalBroker(kind="mosquitto", config=["nonsense 1"])
    with pytest.raises(RuntimeError, match="nonsense"):
        broker.start()


def test_local_broker_reports_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kinds, "mosquitto_path", lambda: None)
    monkeypatch.setattr(kinds.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match=r"apt-get install mosquitto.*pip install iotcore"):
        LocalBroker()


def test_iotcore_refuses_what_it_cannot_do(tmp_path: Path):
    broker = LocalBroker(kind="iotcore", persistence=True)
    with pytest.raises(RuntimeError, match="install mosquitto"):
        broker.start()


PARENT = """
import sys, time
from topicwright.testing import LocalBroker
broker = LocalBroker(kind=sys.argv[1])
broker.start()
print(broker.pid)
time.sleep(60)
"""


async def test_local_broker_ends_with_its_parent_even_by_sigkill(broker: Broker):
    if kind(broker) == "memory":
        pytest.skip("it is no process")
    async with Child(PARENT, kind(broker)) as child:
        await eventually(lambda: child.lines)
        pid = int(child.lines[0])
        os.kill(pid, 0)
        child.kill(signal.SIGKILL)
        await child.ended()
        await eventually(lambda: _is_gone(pid))


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_the_fixtures_come_with_the_package(local_broker: LocalBroker, memory_broker: MemoryBroker):
    assert local_broker.url.startswith("mqtt://127.0.0.1:")
    assert memory_broker.url.startswith("memory://")
