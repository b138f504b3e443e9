"""The guarantees of publishing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson
import pytest
from pydantic import BaseModel
from topicwright import (
    Event,
    NotConnectedError,
    PayloadTooLargeError,
    PublishRejectedError,
    PublishTimeoutError,
    TopicError,
)
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import (
    CAMERA_FRAME,
    JPEG,
    MEMORY_QUERY,
    Frame,
    FrameParams,
    Hit,
    MemoryQuery,
    TraceHeaders,
)
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, make, needs_mosquitto, within
from tests.runtime.support.network import Proxy
from tests.runtime.support.raw_connection import RawClient

Broker = LocalBroker | MemoryBroker


async def test_publish_event_returns_the_id_and_writes_an_envelope(broker: Broker, clients: Clients):
    client = await clients(broker.url, source_name="me-too")
    raw = Raw()
    await client.subscribe("memory/results", raw, qos=1)
    first = await client.publish_event("memory/results", "memory.query.result", {"k": 1}, correlation_id="7", qos=1)
    second = await client.publish_event(topic="memory/results", event_type="x", data={"k": 2}, qos=1)
    await raw.get(2)
    one, two = (orjson.loads(payload) for _, payload in raw.items)
    assert first == one["id"] == "7"
    assert second == two["id"]
    assert len(second) == 32
    assert one["type"] == "memory.query.result"
    assert one["source"] == "me-too"
    assert one["data"] == {"k": 1}
    assert isinstance(one["ts"], float)
    assert list(one) == ["id", "type", "ts", "source", "data"]


async def test_publish_event_takes_models(memory_broker: MemoryBroker, clients: Clients):
    class Theirs(BaseModel):
        a: int = 1

    client = await clients(memory_broker.url)
    await client.publish_event("a", "a", Theirs())
    await client.publish_event("a", "a", Hit(text="x"))
    data = [orjson.loads(item.payload)["data"] for item in memory_broker.messages]
    assert data == [{"a": 1}, {"text": "x", "score": 0.0}]


@pytest.mark.parametrize("data", ["text", 1, None, [1]])
async def test_publish_event_refuses_other_data(memory_broker: MemoryBroker, clients: Clients, data: object):
    client = await clients(memory_broker.url)
    with pytest.raises(TypeError, match="must be a mapping or a model"):
        await client.publish_event("a", "a", data)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "a/#", "+/b", "a\0"])
async def test_a_topic_with_a_wildcard_is_refused(memory_broker: MemoryBroker, clients: Clients, name: str):
    client = await clients(memory_broker.url)
    with pytest.raises(TopicError):
        await client.publish_event(name, "a", {})
    assert memory_broker.messages == []


async def test_a_publish_before_connect_is_not_connected():
    client = make("mqtt://localhost", "me")
    with pytest.raises(RuntimeError, match="not connected"):
        await client.publish_event("a", "a", {})
    with pytest.raises(NotConnectedError, match="not connected"):
        await client.subscribe("a", Raw())
    with pytest.raises(NotConnectedError, match="not connected"):
        await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))


async def test_row_16_a_publish_waits_for_the_reconnect(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url)
    raw = Raw()
    await client.subscribe("a", raw, qos=1)
    mosquitto.kill()
    await eventually(lambda: not client.connected)
    pending = [asyncio.create_task(client.publish_event("a", "a", {"n": n}, qos=n % 2)) for n in range(10)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in pending)
    mosquitto.start()
    await within(asyncio.gather(*pending))
    await raw.get(10)
    assert [orjson.loads(payload)["data"]["n"] for _, payload in raw.items] == list(range(10))


async def test_a_publish_that_cannot_be_sent_is_an_error(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, publish_timeout=0.2)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    with pytest.raises(PublishTimeoutError, match=r"could not be sent.*within 0\.2 s") as caught:
        await within(client.publish_event("a", "a", {}, qos=1))
    assert isinstance(caught.value, TimeoutError)
    assert not caught.value.sent
    memory_broker.start()
    await eventually(lambda: client.connected)
    await client.publish_event("b", "b", {}, qos=1)
    assert [item.topic for item in memory_broker.messages] == ["b"]


async def test_an_unacknowledged_publish_is_an_error_that_reports_it_was_sent(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, publish_timeout=0.3)
    mosquitto.pause()
    try:
        with pytest.raises(PublishTimeoutError, match="was sent but not acknowledged") as caught:
            await within(client.publish_event("a", "a", {}, qos=1))
        assert caught.value.sent
    finally:
        mosquitto.resume()


async def test_row_15_a_publish_survives_a_cut_in_flight(mosquitto: LocalBroker, clients: Clients):
    async with Proxy(mosquitto.port) as proxy:
        client = await clients(proxy.url)
        peer = await clients(mosquitto.url, "peer")
        raw = Raw()
        await peer.subscribe("a", raw, qos=1)
        proxy.swallow = True
        pending = asyncio.create_task(client.publish_event("a", "a", {}, qos=1))
        await asyncio.sleep(0.05)
        proxy.swallow = False
        proxy.cut()
        await within(pending)
        await raw.get()


async def test_publishes_with_qos_1_and_2_return_after_the_acknowledgement(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url)
    mosquitto.pause()
    pending = [asyncio.create_task(client.publish_event("a", "a", {}, qos=qos)) for qos in (1, 2)]
    await within(client.publish_event("a", "a", {}, qos=0))
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in pending)
    mosquitto.resume()
    await within(asyncio.gather(*pending))


@needs_mosquitto
async def test_row_36_a_negative_reason_code_raises(tmp_path: Path, clients: Clients):
    acl = tmp_path / "acl"
    acl.write_text("topic write allowed\ntopic read #\n")
    with LocalBroker(kind="mosquitto", config=[f"acl_file {acl}"]) as broker:
        client = await clients(broker.url)
        await client.publish_event("allowed", "a", {}, qos=1)
        with pytest.raises(PublishRejectedError, match="0x87 not authorized") as caught:
            await client.publish_event("forbidden", "a", {}, qos=1)
        assert (caught.value.topic, caught.value.reason) == ("forbidden", 0x87)
        with pytest.raises(PublishRejectedError):
            await client.publish_event("forbidden", "a", {}, qos=2)
        await client.shutdown()


async def test_a_publish_without_subscribers_is_not_an_error(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    await within(client.publish_event("nobody", "a", {}, qos=1))


@needs_mosquitto
async def test_row_33_an_oversized_publish_is_refused_before_it_is_sent(clients: Clients):
    with LocalBroker(kind="mosquitto", config=["max_packet_size 2000"]) as broker:
        client = await clients(broker.url)
        await client.publish_event("a", "a", {"x": "y" * 1500}, qos=1)
        with pytest.raises(PayloadTooLargeError, match="exceeds the broker's limit of 2000") as caught:
            await client.publish_event("a", "a", {"x": "y" * 3000}, qos=1)
        assert caught.value.limit == 2000
        big = TraceHeaders(trace="x" * 3000)
        with pytest.raises(PayloadTooLargeError):
            await client.publish(JPEG, b"x", params=JPEG.params(), headers=big)
        assert client.connected
        assert client.stats().reconnects == 0


async def test_a_message_that_became_too_large_fails_and_the_client_reconnects(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    pending = asyncio.create_task(client.publish_event("a", "a", {"x": "y" * 3000}, qos=1))
    await asyncio.sleep(0)
    memory_broker.maximum_packet_size = 2000
    memory_broker.start()
    with pytest.raises(PayloadTooLargeError):
        await within(pending)


async def test_large_payloads_pass(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    raw = Raw()
    await client.subscribe("big", raw, qos=1)
    await within(client.publish_event("big", "big", {"x": "y" * 2_000_000}, qos=1))
    assert len((await raw.get())[0][1]) > 2_000_000


async def test_row_17_a_cancelled_publish_leaves_no_trace(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, outbox_size=2)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    for _ in range(10):
        pending = asyncio.create_task(client.publish_event("a", "a", {}, qos=1))
        await asyncio.sleep(0)
        pending.cancel()
        await asyncio.gather(pending, return_exceptions=True)
    memory_broker.start()
    await within(client.publish_event("b", "b", {}, qos=1))


async def test_a_full_outbox_makes_publishers_wait_and_loses_nothing(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, outbox_size=5)
    await within(asyncio.gather(*(client.publish_event("a", "a", {"n": n}, qos=1) for n in range(100))))
    assert len(memory_broker.messages) == 100


async def test_retained_and_typed_parameters_and_headers(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    frames: Inbox[Event[Frame, FrameParams]] = Inbox()
    await client.on(CAMERA_FRAME, frames)
    await client.publish(CAMERA_FRAME, Frame(data="x"), params=FrameParams("left"))
    event = (await frames.get())[0]
    assert event.params == FrameParams("left")
    assert event.topic == "camera/left/frame"
    pictures: Inbox[Event[bytes, object, TraceHeaders]] = Inbox()
    await client.on(JPEG, pictures)
    await client.publish(JPEG, b"\xff\xd8\0", params=JPEG.params(), headers=TraceHeaders(trace="t", hop=2))
    picture = (await pictures.get())[0]
    assert picture.data == b"\xff\xd8\0"
    assert picture.headers == TraceHeaders(trace="t", hop=2)


async def test_the_wrong_model_is_a_type_error(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    with pytest.raises(TypeError, match="takes MemoryQuery, not Hit"):
        await client.publish(MEMORY_QUERY, Hit(text="x"))


async def test_thousands_of_messages_in_order(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    raw = Raw()
    await client.subscribe("n", raw, qos=1)
    for start in range(0, 5000, 500):
        await within(
            asyncio.gather(*(client.publish_event("n", "n", {"n": n}, qos=1) for n in range(start, start + 500))), 60
        )
    await raw.get(5000, timeout=60)
    assert [orjson.loads(payload)["data"]["n"] for _, payload in raw.items] == list(range(5000))


async def test_a_qos_0_message_without_a_connection_waits_or_is_dropped_by_the_settings(
    memory_broker: MemoryBroker, clients: Clients
):
    keeps = await clients(memory_broker.url, "keeps")
    drops = await clients(memory_broker.url, "drops", qos_0_offline="drop")
    memory_broker.stop()
    await eventually(lambda: not keeps.connected and not drops.connected)
    waiting = asyncio.create_task(keeps.publish_event("kept", "x", {}))
    await within(drops.publish_event("dropped", "x", {}))
    assert (drops.stats().dropped_offline, drops.stats().published) == (1, 0)
    memory_broker.start()
    await within(waiting)
    await eventually(lambda: drops.connected)
    await drops.publish_event("sent", "x", {})
    assert [message.topic for message in memory_broker.messages] == ["kept", "sent"]


async def test_bytes_are_published_as_they_are_with_every_property(broker: Broker, clients: Clients):
    client, raw = await clients(broker.url), RawClient(broker, "raw")
    connection = await raw.connect()
    await connection.subscribe([("raw/#", 1)], None)
    user = (("a", "1"), ("a", "2"))
    await client.publish_bytes(
        "raw/a",
        b"\x00\xff",
        qos=1,
        content_type="x/y",
        response_topic="r",
        correlation_data=b"\xfe",
        expiry=60,
        user=user,
    )
    [got] = await raw.get(1)
    assert got.payload == b"\x00\xff"
    assert (got.properties.content_type, got.properties.response_topic) == ("x/y", "r")
    assert (got.properties.correlation_data, got.properties.user) == (b"\xfe", user)
    await connection.disconnect()
    for wrong in ({"topic": "a/+"}, {"response_topic": "#"}):
        with pytest.raises(TopicError):
            await client.publish_bytes(**{"topic": "a", "payload": b"", **wrong})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="qos"):
        await client.publish_bytes("a", b"", qos=3)
