"""The brokers of ``topicwright.testing``: the same contract on each, and what each promises of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from runtime_support import Child, Clients, Raw, eventually, make, within
from topicwright import BrokerUnavailableError, NoHeaders, NoParams, SessionTakenOverError, Topic
from topicwright.subscriptions import subscription_identifier
from topicwright.testing import LocalBroker, MemoryBroker, kinds
from topicwright.testing.memory import find
from topicwright.transport import Connection, ConnectOptions, Incoming, Outgoing, Properties, Transport
from topicwright.transport.mqtt import MqttTransport

Broker = LocalBroker | MemoryBroker
RAW: Topic[bytes] = Topic(address="raw", event_type="raw", model=bytes, params=NoParams, headers=NoHeaders, retain=True)


def transport_of(broker: Broker) -> Transport:
    return broker if isinstance(broker, MemoryBroker) else MqttTransport(make(broker.url, "x").settings)


class Wire:
    """One raw connection, without the session above it."""

    def __init__(self, broker: Broker, client_id: str, *, ack: bool = True) -> None:
        self.got: list[Incoming] = []
        self.ack = ack
        self._transport = transport_of(broker)
        self._client_id = client_id

    async def connect(
        self, *, clean: bool = False, expiry: int = 3600, window: int = 100, will: Outgoing | None = None
    ) -> Connection:
        options = ConnectOptions(
            client_id=self._client_id,
            clean_start=clean,
            session_expiry=expiry,
            keepalive=60,
            receive_maximum=window,
            timeout=5,
            will=will,
        )
        return await within(self._transport.connect(options, self._receive))

    def _receive(self, incoming: Incoming) -> None:
        self.got.append(incoming)
        if self.ack:
            incoming.acknowledge()

    async def get(self, count: int) -> list[Incoming]:
        await eventually(lambda: len(self.got) >= count, f"{count} messages, got {len(self.got)}")
        return self.got


def message(topic: str, payload: bytes = b"x", qos: int = 1, retain: bool = False, **more: object) -> Outgoing:
    return Outgoing(topic=topic, payload=payload, qos=qos, retain=retain, properties=Properties(**more))  # type: ignore[arg-type]


def kind(broker: Broker) -> str:
    return broker.kind if isinstance(broker, LocalBroker) else "memory"


async def test_a_session_is_kept_and_queued_messages_come_in_order(broker: Broker):
    wire, peer = Wire(broker, "me"), Wire(broker, "peer")
    first = await wire.connect()
    assert not first.session_present
    assert await first.subscribe("a", 1, 7) == 1
    await first.disconnect()
    assert await within(first.closed) is None
    sender = await peer.connect()
    for number in range(10):
        await within(sender.publish(message("a", b"%d" % number)))
    second = await wire.connect()
    assert second.session_present
    await wire.get(10)
    assert [item.payload for item in wire.got] == [b"%d" % number for number in range(10)]
    await second.disconnect()
    await sender.disconnect()


async def test_a_clean_start_forgets_the_session(broker: Broker):
    wire = Wire(broker, "me")
    first = await wire.connect()
    await first.subscribe("a", 1, 7)
    await first.disconnect()
    second = await wire.connect(clean=True)
    assert not second.session_present
    await second.publish(message("a"))
    await asyncio.sleep(0.05)
    assert wire.got == []
    await second.disconnect()


async def test_a_session_without_expiry_ends_with_its_connection(broker: Broker):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd keeps a session as long as it runs")
    wire = Wire(broker, "me")
    first = await wire.connect(expiry=0)
    await first.subscribe("a", 1, 7)
    await first.disconnect()
    second = await wire.connect()
    assert not second.session_present
    await second.disconnect()


async def test_what_is_not_acknowledged_comes_again_with_dup_and_its_packet_id(broker: Broker):
    wire = Wire(broker, "me", ack=False)
    first = await wire.connect()
    await first.subscribe("a", 1, 7)
    for number in range(3):
        await within(first.publish(message("a", b"%d" % number)))
    before = list(await wire.get(3))
    first.abort()
    wire.got.clear()
    second = await wire.connect()
    after = await wire.get(3)
    assert [item.payload for item in after] == [b"0", b"1", b"2"]
    if kind(broker) != "iotcore":  # rumqttd does not set DUP
        assert all(item.duplicate for item in after)
        assert [item.packet_id for item in after] == [item.packet_id for item in before]
    await second.disconnect()


async def test_the_receive_maximum_is_kept(broker: Broker):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd ignores the client's receive maximum")
    wire = Wire(broker, "me", ack=False)
    connection = await wire.connect(window=5)
    await connection.subscribe("a", 1, 7)
    for _ in range(20):
        await within(connection.publish(message("a")))
    await wire.get(5)
    await asyncio.sleep(0.05)
    assert len(wire.got) == 5
    wire.got[0].acknowledge()
    await wire.get(6)
    await connection.disconnect()


async def test_retained_messages(broker: Broker):
    wire, late = Wire(broker, "me"), Wire(broker, "late")
    connection = await wire.connect()
    await connection.subscribe("r/+", 1, 7)
    await within(connection.publish(message("r/1", b"old", retain=True)))
    await within(connection.publish(message("r/1", b"new", retain=True)))
    await within(connection.publish(message("r/2", b"gone", retain=True)))
    await within(connection.publish(message("r/2", b"", retain=True)))
    await wire.get(4)
    assert not any(item.retain for item in wire.got)
    other = await late.connect()
    await other.subscribe("r/#", 1, 8)
    await late.get(1)
    await asyncio.sleep(0.05)
    assert [(item.topic, item.payload, item.retain) for item in late.got] == [("r/1", b"new", True)]
    await connection.disconnect()
    await other.disconnect()


async def test_overlapping_subscriptions_reach_every_identifier(broker: Broker):
    wire = Wire(broker, "me")
    connection = await wire.connect()
    for number, text in enumerate(["a/+", "a/#", "a/b", "c"], 1):
        assert await connection.subscribe(text, 1, number) == 1
    await within(connection.publish(message("a/b")))
    await wire.get(1)
    await asyncio.sleep(0.05)
    if any(item.subscriptions for item in wire.got):
        assert sorted(number for item in wire.got for number in item.subscriptions) == [1, 2, 3]
    else:
        assert kind(broker) == "iotcore"
        assert len(wire.got) in {1, 3}
    await connection.disconnect()


async def test_the_lower_quality_of_service_wins(broker: Broker):
    wire = Wire(broker, "me")
    connection = await wire.connect()
    await connection.subscribe("zero", 0, 1)
    await connection.subscribe("one", 1, 2)
    for topic in ("zero", "one"):
        for qos in (0, 1):
            await within(connection.publish(message(topic, b"%d" % qos, qos)))
    await wire.get(4)
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd delivers with the QoS of the subscription")
    assert {(item.topic, item.payload): item.qos for item in wire.got} == {
        ("zero", b"0"): 0,
        ("zero", b"1"): 0,
        ("one", b"0"): 0,
        ("one", b"1"): 1,
    }
    await connection.disconnect()


async def test_properties_pass(broker: Broker):
    wire = Wire(broker, "me")
    connection = await wire.connect()
    await connection.subscribe("a", 1, 1)
    sent = message(
        "a",
        content_type="image/jpeg",
        response_topic="r",
        correlation_data=b"\0\xff",
        expiry=60,
        user=(("k", "1"), ("k", "2"), ("ä", "")),
    )
    await within(connection.publish(sent))
    got = (await wire.get(1))[0].properties
    assert (got.content_type, got.response_topic, got.correlation_data) == ("image/jpeg", "r", b"\0\xff")
    assert got.user == (("k", "1"), ("k", "2"), ("ä", ""))
    if kind(broker) != "iotcore":
        assert got.expiry in {59, 60}
    await connection.disconnect()


async def test_nobody_subscribed_is_reason_code_0x10(broker: Broker):
    wire = Wire(broker, "me")
    connection = await wire.connect()
    assert await within(connection.publish(message("nobody"))) in ({0x00} if kind(broker) == "iotcore" else {0x10})
    assert await within(connection.publish(message("nobody", qos=0))) == 0
    await connection.subscribe("somebody", 1, 1)
    assert await within(connection.publish(message("somebody"))) == 0
    await connection.disconnect()


async def test_a_last_will_is_published_unless_the_client_says_goodbye(broker: Broker):
    watcher = Wire(broker, "watcher")
    watching = await watcher.connect()
    await watching.subscribe("will/+", 1, 1)
    polite = await Wire(broker, "polite").connect(will=message("will/polite"))
    rude = await Wire(broker, "rude").connect(will=message("will/rude", b"gone", retain=True))
    await polite.disconnect()
    rude.abort()
    await watcher.get(1)
    await asyncio.sleep(0.05)
    assert [(item.topic, item.payload) for item in watcher.got] == [("will/rude", b"gone")]
    await watching.disconnect()


async def test_an_unsubscribed_filter_brings_nothing(broker: Broker):
    wire = Wire(broker, "me")
    connection = await wire.connect()
    await connection.subscribe("a", 1, 1)
    await connection.unsubscribe("a")
    if kind(broker) != "iotcore":  # rumqttd does not answer
        await connection.unsubscribe("never")
    await connection.subscribe("b", 1, 2)
    await within(connection.publish(message("a")))
    await within(connection.publish(message("b")))
    await wire.get(1)
    assert [item.topic for item in wire.got] == ["b"]
    await connection.disconnect()


async def test_a_broker_that_is_stopped_and_started_again(broker: Broker, clients: Clients):
    client, raw = await clients(broker.url), Raw()
    await client.subscribe("a", raw, qos=1)
    broker.stop()
    await eventually(lambda: not client.connected)
    with pytest.raises(BrokerUnavailableError):
        await within(make(broker.url, "other").connect())
    broker.start()
    await eventually(lambda: client.connected)
    await client.publish_event("a", "a", {}, qos=1)
    await raw.get()


# -- MemoryBroker ------------------------------------------------------------------------------------------------


async def test_memory_broker_sessions_and_messages_expire_on_its_clock(memory_broker: MemoryBroker):
    wire = Wire(memory_broker, "me")
    first = await wire.connect(expiry=100)
    await first.subscribe("a", 1, 1)
    await first.disconnect()
    memory_broker.publish("a", b"short", qos=1, properties=Properties(expiry=10))
    memory_broker.publish("a", b"long", qos=1, properties=Properties(expiry=50))
    memory_broker.publish("state", b"r", qos=1, retain=True, properties=Properties(expiry=10))
    memory_broker.advance(20)
    second = await wire.connect(expiry=100)
    assert second.session_present
    await second.subscribe("state", 1, 2)
    await wire.get(1)
    await asyncio.sleep(0.01)
    assert [(item.payload, item.properties.expiry) for item in wire.got] == [(b"long", 30)]
    await second.disconnect()
    memory_broker.advance(101)
    third = await wire.connect()
    assert not third.session_present


async def test_memory_broker_tells_the_older_client_of_a_takeover_and_publishes_its_will(memory_broker: MemoryBroker):
    watcher = Wire(memory_broker, "watcher")
    await (await watcher.connect()).subscribe("will", 1, 1)
    first = await Wire(memory_broker, "me").connect(will=message("will"))
    await Wire(memory_broker, "me").connect()
    assert isinstance(await within(first.closed), SessionTakenOverError)
    await watcher.get(1)


async def test_memory_broker_records_what_was_published(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    inbox = Raw()
    await client.subscribe("raw", inbox, qos=1)
    await client.publish(RAW, b"\0\xff")
    sent = memory_broker.messages[0]
    assert (sent.topic, sent.payload, sent.qos, sent.retain, sent.client_id) == ("raw", b"\0\xff", 1, True, "me")
    assert memory_broker.retained("raw") == b"\0\xff"
    assert memory_broker.retained("other") is None
    assert memory_broker.clients() == ["me"]
    with pytest.raises(KeyError, match="no client 'you' is connected"):
        memory_broker.disconnect("you")


async def test_memory_broker_shares_with_those_who_are_there(memory_broker: MemoryBroker):
    here, away = Wire(memory_broker, "here"), Wire(memory_broker, "away")
    for wire in (here, away):
        await (await wire.connect()).subscribe("$share/g/jobs", 1, 1)
    memory_broker.disconnect("away")
    for _ in range(4):
        memory_broker.publish("jobs", b"x", qos=1)
    await here.get(4)


async def test_memory_broker_by_name(memory_broker: MemoryBroker):
    assert find(memory_broker.name) is memory_broker
    client = make("memory://no-such", "me")
    with pytest.raises(BrokerUnavailableError, match="no MemoryBroker of that name"):
        await client.connect()


def test_memory_broker_keeps_sessions_from_one_event_loop_to_the_next(memory_broker: MemoryBroker):
    got: list[bytes] = []

    async def handler(payload: bytes) -> None:
        got.append(payload)

    async def first() -> None:
        await make(memory_broker.url, "me").connect()  # and leaves without a goodbye

    async def second() -> None:
        async with make(memory_broker.url, "me") as client:
            await client.subscribe("a", handler, qos=1)
            memory_broker.publish("a", b"x", qos=1)
            await eventually(lambda: got)

    asyncio.run(first())
    asyncio.run(second())


async def test_a_wrong_filter_is_refused_by_reason_code(memory_broker: MemoryBroker):
    connection = await Wire(memory_broker, "me").connect()
    assert await connection.subscribe("a/#/b", 1, 1) == 0x8F


def test_identifiers_of_filters_are_the_same_in_every_process():
    assert 1 <= subscription_identifier("a/#") <= 0x0FFFFFFF
    code = "from topicwright.subscriptions import subscription_identifier as f; print(f('a/#'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(out) == subscription_identifier("a/#")


# -- LocalBroker -------------------------------------------------------------------------------------------------


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
def test_local_broker_says_why_it_does_not_start():
    broker = LocalBroker(kind="mosquitto", config=["nonsense 1"])
    with pytest.raises(RuntimeError, match="nonsense"):
        broker.start()


def test_local_broker_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
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
