"""Requirements 10 to 13: connect, shut down, come back."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from pathlib import Path

import pytest
from runtime_support import (
    Child,
    Clients,
    FakeBroker,
    Proxy,
    Raw,
    WebSocketProxy,
    eventually,
    make,
    needs_mosquitto,
    options,
    within,
)
from topicwright import (
    AuthenticationError,
    BrokerUnavailableError,
    ConfigurationError,
    MQTTClient,
    NotConnectedError,
    SessionTakenOverError,
    TLSError,
    WrongLoopError,
)
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.testing.kinds import free_port

Broker = LocalBroker | MemoryBroker


async def test_requirement_10_connect_is_idempotent(clients: Clients, broker: Broker):
    client = await clients(broker.url)
    await client.connect()
    assert client.connected
    await asyncio.gather(*(client.connect() for _ in range(5)))
    assert client.connected


async def test_requirement_10_concurrent_connects_make_one_connection(memory_broker: MemoryBroker, clients: Clients):
    client = clients.make(memory_broker.url, "me", enable_health=True)
    await asyncio.gather(*(client.connect() for _ in range(10)))
    assert len(memory_broker.messages) == 1
    assert memory_broker.clients() == ["me"]


async def test_requirement_10_an_unreachable_broker_is_told_fast():
    client = make(f"mqtt://127.0.0.1:{free_port()}", "me")
    with pytest.raises(BrokerUnavailableError, match="cannot connect to mqtt://127"):
        await within(client.connect(), 5)
    assert not client.connected


async def test_requirement_10_a_host_that_does_not_exist():
    with pytest.raises(BrokerUnavailableError):
        await within(make("mqtt://no-such-host.invalid", "me").connect(), 20)


async def test_requirement_10_a_broker_that_never_answers_is_left_after_the_time_out():
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = make(f"mqtt://127.0.0.1:{port}", "me", connect_timeout=0.3)
        with pytest.raises(BrokerUnavailableError, match=r"did not answer within 0\.3 s"):
            await within(client.connect(), 5)


async def test_row_12_a_broker_that_accepts_and_closes_is_told_fast(mosquitto: LocalBroker):
    async with Proxy(mosquitto.port) as proxy:
        proxy.refuse = True
        client = make(proxy.url, "me", connect_timeout=30)
        with pytest.raises(BrokerUnavailableError):
            await within(client.connect(), 5)
        proxy.refuse = False
        await within(client.connect())
        await client.shutdown()


@needs_mosquitto
async def test_row_35_a_refused_login_is_final():
    with LocalBroker(kind="mosquitto", username="me", password="p@ss:/w") as broker:
        async with make(broker.url, "good") as client:
            assert client.connected
        wrong = make(f"mqtt://me:wrong@127.0.0.1:{broker.port}", "bad")
        with pytest.raises(AuthenticationError, match="refused the connection") as caught:
            await within(wrong.connect())
        assert caught.value.reason in {0x86, 0x87}
        assert "wrong" not in str(caught.value)
        with pytest.raises(AuthenticationError):
            await within(make(f"mqtt://127.0.0.1:{broker.port}", "anonymous").connect())


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    cert, key = folder / f"{host}.pem", folder / f"{host}.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}"]
    command += ["-addext", f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


@needs_mosquitto
async def test_requirement_10_tls_right_wrong_and_plain(tmp_path: Path):
    cert, key = certificate(tmp_path, "127.0.0.1")
    with LocalBroker(kind="mosquitto", certificate=cert, key=key) as broker:
        async with make(broker.url, "good", tls_ca=str(cert)) as client:
            inbox = Raw()
            await client.subscribe("big", inbox, qos=1)
            await client.publish_event("big", "big", {"text": "x" * 300_000}, qos=1)
            assert len((await inbox.get())[0][1]) > 300_000
        with pytest.raises(TLSError, match="no TLS connection"):
            await within(make(broker.url, "unknown-authority").connect(), 8)
        plain = make(f"mqtt://127.0.0.1:{broker.port}", "plain", connect_timeout=30)
        with pytest.raises(BrokerUnavailableError):
            await within(plain.connect(), 8)


@needs_mosquitto
async def test_requirement_10_tls_with_the_wrong_host_name(tmp_path: Path):
    cert, key = certificate(tmp_path, "other.example")
    with LocalBroker(kind="mosquitto", certificate=cert, key=key) as broker, pytest.raises(TLSError):
        await within(make(broker.url, "me", tls_ca=str(cert)).connect(), 8)


async def test_requirement_10_tls_to_a_plain_listener(mosquitto: LocalBroker):
    client = make(f"mqtts://127.0.0.1:{mosquitto.port}", "me", connect_timeout=2)
    with pytest.raises((TLSError, BrokerUnavailableError)):
        await within(client.connect(), 8)


async def test_row_18_a_cancelled_connect_leaves_the_client_usable(mosquitto: LocalBroker, clients: Clients):
    client = clients.make(mosquitto.url, "me")
    for _ in range(20):
        attempt = asyncio.create_task(client.connect())
        await asyncio.sleep(0)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not client.connected
    await within(client.connect())
    await client.publish_event("a", "a", {}, qos=1)


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_a_connect_that_is_cancelled_anywhere_leaves_the_client_usable(
    memory_broker: MemoryBroker, clients: Clients, steps: int
):
    client = clients.make(memory_broker.url, "me", enable_health=True)
    attempt = asyncio.create_task(client.connect())
    for _ in range(steps):
        await asyncio.sleep(0)
    attempt.cancel()
    await asyncio.gather(attempt, return_exceptions=True)
    await within(client.connect())
    await client.publish_event("a", "a", {}, qos=1)
    assert memory_broker.clients() == ["me"]


@needs_mosquitto
async def test_a_connect_whose_health_is_rejected_fails_and_leaves_nothing_behind(tmp_path: Path):
    acl = tmp_path / "acl"
    acl.write_text("topic read #\n")
    with LocalBroker(kind="mosquitto", config=[f"acl_file {acl}"]) as broker:
        client = make(broker.url, "me", enable_health=True)
        with pytest.raises(Exception, match="rejected"):
            await within(client.connect())
        assert not client.connected


async def test_requirement_11_async_with_connects_and_shuts_down_also_on_an_exception(memory_broker: MemoryBroker):
    client = make(memory_broker.url, "me", enable_health=True)
    with pytest.raises(ZeroDivisionError):
        async with client:
            print(1 / (not client.connected))
    assert not client.connected
    assert b'"event":"shutdown"' in memory_broker.messages[-1].payload


async def test_requirement_12_disconnect_and_shutdown_are_no_ops_when_not_connected(memory_broker: MemoryBroker):
    client = make(memory_broker.url, "me")
    await client.disconnect()
    await client.shutdown()
    await client.connect()
    await client.shutdown()
    await client.shutdown()
    await client.disconnect()


async def test_requirement_12_a_client_can_connect_again_and_its_handlers_are_still_there(
    broker: Broker, clients: Clients
):
    client = await clients(broker.url)
    inbox = Raw()
    await client.subscribe("a", inbox, qos=1)
    for number in range(3):
        await client.shutdown()
        with pytest.raises(NotConnectedError):
            await client.publish_event("a", "a", {})
        await within(client.connect())
        await client.publish_event("a", "a", {"n": number}, qos=1)
        await inbox.get(number + 1)
    await asyncio.sleep(0.05)
    assert len(inbox.items) == 3


async def test_requirement_12_shutdown_lets_running_handlers_finish(broker: Broker, clients: Clients):
    """A handler that runs at shutdown may still publish, and its message is acknowledged."""
    peer = await clients(broker.url, "peer")
    out = Raw()
    await peer.subscribe("out", out, qos=1)
    client = await clients(broker.url, "worker")
    started, go = asyncio.Event(), asyncio.Event()

    async def work(payload: bytes) -> None:
        started.set()
        await go.wait()
        await client.publish_event("out", "out", {}, qos=1)

    await client.subscribe("in", work, qos=1)
    await peer.publish_event("in", "in", {}, qos=1)
    await within(started.wait())
    closing = asyncio.create_task(client.shutdown())
    await asyncio.sleep(0.05)
    assert not closing.done()
    go.set()
    await within(closing)
    await out.get()
    assert client.stats().filters["in"].handled == 1
    await client.connect()
    await asyncio.sleep(0.2)
    assert len(out.items) == 1


async def test_requirement_12_a_running_handler_may_still_request_at_shutdown(broker: Broker, clients: Clients):
    from runtime_support import MEMORY, MemoryQuery, MemoryQueryResult, Query

    server = await clients(broker.url, "server")
    go = asyncio.Event()

    async def slow(event: Query) -> MemoryQueryResult:
        await go.wait()
        return MemoryQueryResult(query=event.data.text, k=1)

    await server.serve(MEMORY, slow)
    client = await clients(broker.url, "worker")
    got: list[str] = []
    started = asyncio.Event()

    async def work(payload: bytes) -> None:
        started.set()
        got.append((await client.request(MEMORY, MemoryQuery(text="Mars"), timeout=5)).query)

    await client.subscribe("in", work, qos=1)
    await server.publish_event("in", "in", {}, qos=1)
    await within(started.wait())
    closing = asyncio.create_task(client.shutdown())
    await asyncio.sleep(0.05)
    go.set()
    await within(closing)
    assert got == ["Mars"]


async def test_requirement_12_a_handler_that_never_ends_is_cancelled_and_its_message_comes_again(
    broker: Broker, clients: Clients
):
    client = await clients(broker.url, shutdown_timeout=0.2)
    calls = 0
    block = asyncio.Event()

    async def work(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        await block.wait()

    await client.subscribe("in", work, qos=1)
    await client.publish_event("in", "in", {}, qos=1)
    await eventually(lambda: calls == 1)
    await within(client.shutdown())
    block.set()
    await client.connect()
    await eventually(lambda: client.stats().filters["in"].handled == 1)
    assert calls == 2


async def test_shutdown_inside_a_handler(broker: Broker, clients: Clients):
    """It neither waits for itself nor does its message come again."""
    client = await clients(broker.url, shutdown_timeout=10.0)
    calls = 0
    done = asyncio.Event()

    async def stop(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        await client.shutdown()
        done.set()

    await client.subscribe("stop", stop, qos=1)
    await client.publish_event("stop", "stop", {}, qos=1)
    await within(done.wait(), 5)
    assert not client.connected
    await client.connect()
    await asyncio.sleep(0.2)
    assert calls == 1
    await client.publish_event("stop", "stop", {}, qos=1)
    await eventually(lambda: calls == 2)


async def test_shutdown_and_connect_inside_a_handler(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inbox = Raw()

    async def again(payload: bytes) -> None:
        await client.shutdown()
        await client.connect()

    await client.subscribe("again", again, qos=1)
    await client.subscribe("in", inbox, qos=1)
    await client.publish_event("again", "again", {}, qos=1)
    await eventually(lambda: client.stats().filters["again"].handled == 1)
    for _ in range(3):
        await client.publish_event("in", "in", {}, qos=1)
    await inbox.get(3)
    await client.publish_event("again", "again", {}, qos=1)
    await eventually(lambda: client.stats().filters["again"].handled == 2)
    assert client.connected


async def test_two_shutdowns_at_once_and_one_in_a_handler(broker: Broker, clients: Clients):
    client = await clients(broker.url, enable_health=True)
    started = asyncio.Event()

    async def stop(payload: bytes) -> None:
        started.set()
        await asyncio.sleep(0.05)
        await client.shutdown()

    await client.subscribe("stop", stop)
    await client.publish_event("stop", "stop", {})
    await within(started.wait())
    await within(asyncio.gather(client.shutdown(), client.shutdown(), client.disconnect()))
    assert not client.connected


async def test_a_cancelled_shutdown_still_ends(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    closing = asyncio.create_task(client.shutdown())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    await within(client.shutdown())
    assert not client.connected


async def test_shutdown_flushes_what_was_published(broker: Broker, clients: Clients):
    peer = await clients(broker.url, "peer")
    inbox = Raw()
    await peer.subscribe("out", inbox, qos=1)
    client = await clients(broker.url, "me")
    pending = [asyncio.create_task(client.publish_event("out", "out", {"n": n}, qos=1)) for n in range(200)]
    await asyncio.sleep(0)
    await client.shutdown()
    results = await asyncio.gather(*pending, return_exceptions=True)
    good = [item for item in results if isinstance(item, str)]
    await inbox.get(len(good))
    assert len(good) == 200


async def test_shutdown_during_connect(mosquitto: LocalBroker):
    client = make(mosquitto.url, "me")
    for steps in range(0, 30, 2):
        connecting = asyncio.create_task(client.connect())
        for _ in range(steps):
            await asyncio.sleep(0.0005)
        await within(client.shutdown())
        await asyncio.gather(connecting, return_exceptions=True)
        await within(client.shutdown())
        assert not client.connected


async def test_requirement_13_subscriptions_are_back_after_a_broker_restart(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, enable_health=True, session_expiry=0)
    raw, health = Raw(), Raw()
    await client.subscribe("a/#", raw, qos=1)
    await client.subscribe("system/health/me", health, qos=1)
    for number in range(3):
        mosquitto.kill()
        await eventually(lambda: not client.connected)
        mosquitto.start()
        await eventually(lambda: client.connected, timeout=10)
        await client.publish_event("a/b", "a", {"n": number}, qos=1)
        await raw.get(number + 1)
    await eventually(lambda: sum(b'"reconnected"' in payload for _, payload in health.items) >= 3)
    assert client.stats().reconnects == 3


async def test_requirement_13_the_delay_grows_with_jitter_and_starts_anew(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    client = await clients(memory_broker.url, reconnect_min_delay=0.1, reconnect_max_delay=5.0)
    waits: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        waits.append((low, round(high, 3)))
        return 0.0

    monkeypatch.setattr("topicwright.backoff.random.uniform", uniform)
    memory_broker.stop()
    await eventually(lambda: len(waits) >= 9)
    memory_broker.start()
    await eventually(lambda: client.connected)
    assert waits[:8] == [(0.1, d) for d in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0)]


async def test_requirement_13_the_delay_starts_anew_after_a_connection_that_lasted(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    client = await clients(memory_broker.url, reconnect_min_delay=0.1, reconnect_max_delay=0.2)
    waits: list[float] = []

    def uniform(low: float, high: float) -> float:
        waits.append(round(high, 3))
        return 0.0

    monkeypatch.setattr("topicwright.backoff.random.uniform", uniform)
    for _ in range(2):
        memory_broker.disconnect("me")
        await eventually(lambda: client.connected)
        await asyncio.sleep(0.3)
    assert waits == [0.1, 0.1]


async def test_two_clients_with_one_id_do_not_fight_where_the_broker_says_nothing(
    mosquitto: LocalBroker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    """mosquitto 2.0.11 closes the older connection without a word."""
    one = await clients(mosquitto.url, "same", reconnect_max_delay=5.0)
    two = await clients(mosquitto.url, "same", reconnect_max_delay=5.0)
    if one._session is not None and one._session.failed.done():
        pytest.skip("this broker says 0x8E")
    await eventually(lambda: "does another client use the client id 'same'?" in caplog.text)
    assert one.stats().reconnects + two.stats().reconnects < 12


async def test_a_session_that_is_taken_over_ends_and_does_not_fight(memory_broker: MemoryBroker, clients: Clients):
    broker = memory_broker
    first = await clients(broker.url, "same")
    waiting = asyncio.create_task(first.run_forever())
    await asyncio.sleep(0)
    second = await clients(broker.url, "same")
    with pytest.raises(SessionTakenOverError):
        await within(waiting)
    assert not first.connected
    with pytest.raises(NotConnectedError, match="same client id"):
        await first.publish_event("a", "a", {})
    await asyncio.sleep(0.3)
    assert second.connected
    await second.shutdown()
    await within(first.connect())
    assert first.connected


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


async def test_repr_tells_state_and_no_secret(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    assert repr(client) == f"<MQTTClient me at {client.settings.mqtt_url}, connected>"
    await client.shutdown()
    assert repr(client).endswith("not connected>")


async def test_websocket(mosquitto: LocalBroker):
    async with WebSocketProxy(mosquitto.port) as proxy:
        inbox = Raw()
        async with MQTTClient(f"ws://127.0.0.1:{proxy.port}/mqtt", "me", **options(transport="auto")) as client:
            await client.subscribe("a", inbox, qos=1)
            await client.publish_event("a", "a", {"text": "x" * 100_000}, qos=1)
            await inbox.get()


async def test_the_engine_refuses_a_websocket_url_with_the_way_out():
    with pytest.raises(ConfigurationError, match="MQTT_TRANSPORT: the engine does not speak WebSocket"):
        await make("ws://127.0.0.1:1/mqtt", "me", transport="engine").connect()


async def test_row_34_a_takeover_that_the_broker_tells_is_fatal():
    async with FakeBroker(b"\xe0\x02\x8e\x00") as broker:
        client = make(broker.url, "me")
        await client.connect()
        with pytest.raises(SessionTakenOverError) as caught:
            await within(client.run_forever())
        assert caught.value.reason == 0x8E
        await client.shutdown()
        assert broker.connections == 1


async def test_a_broker_that_says_goodbye_is_left_and_tried_again(caplog: pytest.LogCaptureFixture):
    async with FakeBroker(b"\xe0\x02\x8b\x00") as broker:
        async with make(broker.url, "me") as client:
            await eventually(lambda: client.stats().reconnects == 1)
        assert "0x8B server shutting down" in caplog.text


MALFORMED = {
    "publish of an invalid topic": b"\x30\x06\x00\x02\xff\xfe\x00x",
    "publish that ends too early": b"\x30\x02\x00\x09",
    "packet type 0": b"\x00\x00",
    "length of five bytes": b"\x30\xff\xff\xff\xff\x7f",
    "empty puback": b"\x40\x00",
    "suback for nobody": b"\x90\x04\x00\x63\x00\x00\x30",
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_row_32_a_malformed_packet_ends_the_connection_and_nothing_else(name: str):
    async with FakeBroker(MALFORMED[name], MALFORMED[name]) as broker:
        async with make(broker.url, "me", keepalive=1) as client:
            inbox = Raw()
            await within(client.subscribe("a", inbox))
            await within(client.publish_event("a", "a", {}, qos=0))
            await eventually(lambda: client.connected)
        assert broker.connections < 20
