"""Signals, event loops, and the ``repr`` of a client."""

from __future__ import annotations

import asyncio
import signal

import pytest
from topicwright import (
    ConnectError,
    ConnectionLostError,
    NotConnectedError,
    SessionTakenOverError,
    WrongLoopError,
)
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, make, within
from tests.runtime.support.network import Child

SERVICE = """
import asyncio, sys
from topicwright import MQTTClient

async def handler(payload):
    print("start"); await asyncio.sleep(0.2); print("end")

async def main():
    async with MQTTClient(sys.argv[1], "child", enable_health=True) as client:
        await client.subscribe("in", handler, qos=1)
        print("ready")
        await client.run_forever()
    print("bye")

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_row_46_run_forever_ends_on_a_signal_with_status_0(
    mosquitto: LocalBroker, clients: Clients, number: signal.Signals
):
    client = await clients(mosquitto.url)
    health = Raw()
    await client.subscribe("system/health/child", health, qos=1)
    async with Child(SERVICE, mosquitto.url) as child:
        await child.says("ready")
        await client.publish_event("in", "in", {}, qos=1)
        await child.says("start")
        child.kill(number)
        assert await child.ended() == 0
        assert child.lines == ["ready", "start", "end", "bye"]
    await health.get(2)
    assert b'"event":"shutdown"' in health.items[-1][1]
    assert not [payload for _, payload in health.items if b"connection_lost" in payload]


TWO = """
import asyncio, sys
from topicwright import MQTTClient

async def run(name):
    async with MQTTClient(sys.argv[1], name) as client:
        print("ready")
        await client.run_forever()
    print("bye")

async def main():
    await asyncio.gather(run("one"), run("two"))

asyncio.run(main())
"""


async def test_two_clients_in_one_loop_both_end_on_a_signal(mosquitto: LocalBroker):
    async with Child(TWO, mosquitto.url) as child:
        await child.says("ready", 2)
        child.kill(signal.SIGTERM)
        assert await child.ended() == 0
        assert child.lines.count("bye") == 2


async def test_run_forever_returns_when_something_else_shuts_down(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    waiting = asyncio.create_task(client.run_forever())
    await asyncio.sleep(0)
    await client.shutdown()
    await within(waiting)


async def test_run_forever_before_connect():
    with pytest.raises(NotConnectedError, match="not connected"):
        await make("memory://none", "me").run_forever()


def test_row_45_another_loop_gets_a_clear_error(mosquitto: LocalBroker):
    client = make(mosquitto.url, "me")
    inbox = Raw()

    async def elsewhere() -> None:
        for work in (
            client.publish_event("a", "a", {}),
            client.subscribe("a", inbox),
            client.connect(),
            client.shutdown(),
        ):
            with pytest.raises(WrongLoopError, match="another event loop"):
                await work

    async def main() -> None:
        async with client:
            await asyncio.to_thread(asyncio.run, elsewhere())
            await client.subscribe("a", inbox, qos=1)
            await client.publish_event("a", "a", {}, qos=1)
            await inbox.get()

    asyncio.run(main())


def test_a_client_may_be_used_in_one_loop_after_another(mosquitto: LocalBroker):
    client = make(mosquitto.url, "me")
    inbox = Raw()

    async def first() -> None:
        async with client:
            await client.subscribe("a", inbox, qos=1)
            await client.publish_event("a", "a", {}, qos=1)
            await inbox.get(1)

    async def second() -> None:
        async with client:
            await client.publish_event("a", "a", {}, qos=1)
            await inbox.get(2)

    asyncio.run(first())
    asyncio.run(second())


def test_a_loop_that_ended_without_shutdown_does_not_spoil_the_client(mosquitto: LocalBroker):
    client = make(mosquitto.url, "me")
    inbox = Raw()

    async def first() -> None:
        await client.connect()
        await client.subscribe("a", inbox, qos=1)

    async def second() -> None:
        await client.shutdown()
        await client.connect()
        await client.publish_event("a", "a", {}, qos=1)
        await inbox.get(1)
        await client.shutdown()

    asyncio.run(first())
    asyncio.run(second())


async def test_repr_shows_the_state_and_no_secret(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    assert repr(client) == f"<MQTTClient me at {client.settings.mqtt_url}, connected>"
    await client.shutdown()
    assert repr(client).endswith("not connected>")


async def test_without_signals_the_program_keeps_its_own_handler(memory_broker: MemoryBroker, clients: Clients):
    loop, called = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, called.set)
    client = await clients(memory_broker.url)
    waiting = [asyncio.create_task(client.run_forever(signals=False)), asyncio.create_task(client.closed())]
    await asyncio.sleep(0)
    signal.raise_signal(signal.SIGTERM)
    await within(called.wait())
    assert not any(task.done() for task in waiting)
    await client.shutdown()
    await within(asyncio.gather(*waiting))
    loop.remove_signal_handler(signal.SIGTERM)


async def test_closed_raises_what_ended_the_session_and_on_failed_gets_it(
    memory_broker: MemoryBroker, clients: Clients
):
    events: list[object] = []

    async def connected() -> None:
        events.append("connected")

    async def lost(error: ConnectError) -> None:
        events.append(type(error))

    async def failed(error: ConnectError) -> None:
        events.append(f"failed: {error}")
        raise ZeroDivisionError  # logged, and nothing else

    client = await clients(memory_broker.url, on_connected=connected, on_lost=lost, on_failed=failed)
    memory_broker.disconnect("me")
    await eventually(lambda: events == ["connected", ConnectionLostError, "connected"])
    waiting = asyncio.create_task(client.closed())
    memory_broker.disconnect("me", SessionTakenOverError("taken", reason=0x8E))
    with pytest.raises(SessionTakenOverError):
        await within(waiting)
    await eventually(lambda: events[3:] == [SessionTakenOverError, "failed: taken"])


@pytest.mark.parametrize("name", ["on_connected", "on_lost", "on_failed"])
def test_a_hook_must_be_an_async_def_with_the_right_parameters(name: str):
    async def wrong(one: object, two: object) -> None:
        """Take two arguments, which no hook is given."""

    for hook in (print, wrong):
        with pytest.raises(TypeError, match=name):
            make("memory://x", "me", **{name: hook})
