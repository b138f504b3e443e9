"""What ``MemoryBroker`` and its helpers tell a test: idle, published and expected events, events made by hand."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

import pytest
from pydantic import BaseModel
from topicwright import EncodeError, Event, MQTTClient, Topic, TopicError
from topicwright.testing import LocalBroker, MemoryBroker, assert_published, event_of
from topicwright.testing import broker_programs as programs

from tests.runtime.support.clients import eventually, needs_mosquitto, within


class Reading(BaseModel):
    value: float


class Trace(BaseModel):
    trace: str = "none"


class Side(Enum):
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Params:
    hall: Literal["north", "south"]
    side: Side
    number: int
    robot: str
    floor: str = "ground"


class Named(NamedTuple):
    robot: str
    side: str = "left"


READING = Topic("plant/{robot}/reading", "reading", Reading, wire="tars", qos=0)
ALARM = Topic("plant/{robot}/alarm", "alarm", Reading, wire="tars")
LAMP = Topic("plant/lamp", str, retain=True)


async def raw(payload: bytes) -> None: ...


async def test_idle_waits_for_handlers_of_every_qos_and_what_they_publish(memory_broker: MemoryBroker):
    done: list[str] = []
    async with MQTTClient(memory_broker.url, "robot") as robot, MQTTClient(memory_broker.url, "panel") as panel:

        async def forward(event: Event[Reading, Any]) -> None:
            await asyncio.sleep(0.02)
            await robot.publish(ALARM, event.data, params={"robot": event.params.robot})

        async def show(event: Event[Reading, Any]) -> None:
            await asyncio.sleep(0.02)
            done.append(event.params.robot)

        await robot.on(READING, forward)
        await panel.on(ALARM, show)
        for name in ("r1", "r2", "r3"):
            await panel.publish(READING, Reading(value=1), params={"robot": name})
        await memory_broker.idle()
        assert done == ["r1", "r2", "r3"]


async def test_idle_names_the_handler_that_does_not_end(memory_broker: MemoryBroker):
    async with MQTTClient(memory_broker.url, "robot", shutdown_timeout=0.01) as robot:

        async def wait(event: Event[str]) -> None:
            await asyncio.Event().wait()

        await robot.on(LAMP, wait)
        await robot.publish(LAMP, "on")
        with pytest.raises(AssertionError, match="1 in the handler of plant/lamp"):
            await memory_broker.idle(timeout=0.05)


async def test_idle_does_not_wait_for_clients_that_are_gone(memory_broker: MemoryBroker):
    async with MQTTClient(memory_broker.url, "robot") as robot:
        await robot.subscribe("plant/#", raw, qos=1)
    memory_broker.publish("plant/x", b"", qos=1)
    await within(memory_broker.idle())


async def test_published_gives_the_events_of_a_topic_alone(memory_broker: MemoryBroker):
    async with MQTTClient(memory_broker.url, "robot") as robot:
        await robot.publish(READING, Reading(value=1), params={"robot": "r1"})
        await robot.publish(ALARM, Reading(value=2), params={"robot": "r1"})
        await robot.publish(READING, Reading(value=3), params={"robot": "r2"})
        await robot.publish(LAMP, "on")
        await robot.clear(READING, params=READING.params(robot="r1"))
    events = memory_broker.published(READING)
    assert [(event.data.value, event.params.robot, event.source) for event in events] == [
        (1, "r1", "robot"),
        (3, "r2", "robot"),
    ]
    assert [event.data.value for event in memory_broker.published(READING, match={"robot": "r2"})] == [3]
    assert [event.data for event in memory_broker.published(LAMP)] == ["on"]
    memory_broker.publish("plant/r9/reading", b"{")
    with pytest.raises(AssertionError, match="the test published an invalid message"):
        memory_broker.published(READING)


async def test_expect_returns_each_event_once_from_before_and_from_later(memory_broker: MemoryBroker):
    async with MQTTClient(memory_broker.url, "robot") as robot:
        for value in (1, 2):
            await robot.publish(READING, Reading(value=value), params={"robot": "r1"})
        assert [(await memory_broker.expect(READING)).data.value for _ in range(2)] == [1, 2]
        later = asyncio.ensure_future(memory_broker.expect(READING, match={"robot": "r2"}))
        await robot.publish(READING, Reading(value=3), params={"robot": "r1"})
        await robot.publish(READING, Reading(value=4), params={"robot": "r2"})
        assert (await within(later)).data.value == 4
        with pytest.raises(
            AssertionError, match=r"no alarm on plant/\{robot\}/alarm within 0.01 s; published: plant/r1/reading \(3\)"
        ):
            await memory_broker.expect(ALARM, timeout=0.01)


async def test_assert_published_returns_the_event_or_says_what_there_was(memory_broker: MemoryBroker):
    with pytest.raises(AssertionError, match="nothing was published"):
        assert_published(memory_broker, LAMP)
    async with MQTTClient(memory_broker.url, "robot") as robot:
        await robot.publish(READING, Reading(value=1), params={"robot": "r1"})
    assert assert_published(memory_broker, READING, Reading(value=1), robot="r1").topic == "plant/r1/reading"
    assert assert_published(memory_broker, READING).data.value == 1
    with pytest.raises(AssertionError, match=r"with Reading\(value=2.0\); there were: Reading\(value=1.0\)"):
        assert_published(memory_broker, READING, Reading(value=2))
    with pytest.raises(AssertionError, match="with robot='r2' was published; published: plant/r1/reading"):
        assert_published(memory_broker, READING, robot="r2")


async def test_event_of_fills_in_what_a_test_does_not_care_about():
    event = event_of(
        Topic("p/{hall}/{side}/{number}/{robot}/{floor}", Reading, params=Params, headers=Trace), Reading(value=1)
    )
    assert event.params == Params("north", Side.LEFT, 1, "robot", "ground")
    assert (event.topic, event.source, event.headers) == ("p/north/left/1/robot/ground", "test", Trace())
    assert event_of(READING, Reading(value=1), robot="r7").params.robot == "r7"
    assert event_of(Topic("p/{robot}/{side}", str, params=Named), "x", side="right").params == Named("robot", "right")
    assert event_of(LAMP, "on").type == "plant.lamp"


@pytest.mark.parametrize(
    ("topic", "data", "params", "error"),
    [
        (READING, Reading(value=1), {"robt": "r1"}, TopicError),
        (READING, Reading(value=1), {"robot": "a/b"}, TopicError),
        (READING, {"value": 1}, {}, TypeError),
        (Topic("a", list[int]), ["x"], {}, EncodeError),
    ],
    ids=str,
)
def test_event_of_refuses_what_could_not_arrive(topic: Any, data: Any, params: Any, error: type[Exception]):
    with pytest.raises(error):
        event_of(topic, data, **params)


# -- the plugin and real brokers ---------------------------------------------------------------------------------------

PLUGIN = """
import sys
import pytest

def test_nothing():
    assert not [name for name in sys.modules if name == "topicwright" or name.startswith("topicwright.")]

def test_something(memory_broker):
    assert memory_broker.url.startswith("memory://")
"""


def test_the_plugin_imports_nothing_until_a_fixture_is_used(tmp_path: Any):
    (tmp_path / "test_it.py").write_text(PLUGIN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@needs_mosquitto
def test_a_busy_port_is_refused_whoever_has_it():
    with LocalBroker(kind="mosquitto") as first:
        with pytest.raises(RuntimeError, match=f"port {first.port} is taken"):
            LocalBroker(kind="mosquitto", port=first.port).start()
        assert programs.answers_connect(first.port, tls=False)
    with LocalBroker(kind="mosquitto", port=first.port) as again:
        assert programs.answers_connect(again.port, tls=False)


async def test_a_listener_that_answers_no_connect_is_not_ready():
    closed = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()
        closed.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert not await asyncio.to_thread(programs.answers_connect, port, tls=False)
        assert not await asyncio.to_thread(programs.answers_connect, port, tls=True)
        await eventually(closed.is_set)
