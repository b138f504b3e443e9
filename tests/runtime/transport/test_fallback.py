"""MQTT 3.1.1 with a broker that refuses MQTT 5, and its limits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from topicwright import BrokerUnavailableError, NeedsMqtt5Error, NoHeaders
from topicwright.testing import LocalBroker

from tests.runtime.support.catalog import BARE, JPEG, MEMORY, Hit, MemoryQuery, TraceHeaders, answer_memory
from tests.runtime.support.clients import Clients, Raw, eventually, within
from tests.runtime.support.network import Proxy

REFUSALS = {"by reason code": b"\x20\x03\x00\x84\x00", "in the words of 3.1.1": b"\x20\x02\x00\x01"}


class OldBroker(Proxy):
    """Lets MQTT 3.1.1 through and refuses MQTT 5."""

    def __init__(self, port: int, refusal: bytes) -> None:
        super().__init__(port)
        self._refusal = refusal
        self.refused = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(9)
        if head[8] == 5:
            self.refused += 1
            writer.write(self._refusal)
            await writer.drain()
            writer.close()
            return
        reader._buffer[:0] = head
        await super()._serve(reader, writer)


@pytest.fixture(params=list(REFUSALS))
def refusal(request: pytest.FixtureRequest) -> bytes:
    return REFUSALS[request.param]


async def test_a_broker_that_refuses_mqtt_5_is_tried_once_with_3_1_1(
    mosquitto: LocalBroker, clients: Clients, refusal: bytes, caplog: pytest.LogCaptureFixture
):
    async with OldBroker(mosquitto.port, refusal) as old:
        client, raw = await within(clients(old.url)), Raw()
        await client.subscribe("a/+", raw, qos=1)
        await client.publish_event("a/b", "a", {}, qos=1)
        await client.publish_event("a/c", "a", {}, qos=2)
        await raw.get(2)
        assert caplog.text.count("the broker refused MQTT 5: continuing with MQTT 3.1.1") == 1
        old.cut()
        await eventually(lambda: client.stats().reconnects == 1)
        await client.publish_event("a/d", "a", {}, qos=1)
        await raw.get(3)
        assert old.refused == 1
        assert client.stats().sessions_lost == 0
        await client.shutdown()


async def test_protocol_5_does_not_fall_back(mosquitto: LocalBroker, clients: Clients, refusal: bytes):
    async with OldBroker(mosquitto.port, refusal) as old:
        with pytest.raises(BrokerUnavailableError, match="0x84 unsupported protocol version") as caught:
            await within(clients(old.url, protocol="5"))
        assert caught.value.reason == 0x84


async def test_requests_by_envelope_work_over_3_1_1_and_properties_are_a_clear_error(
    mosquitto: LocalBroker, clients: Clients
):
    client = await clients(mosquitto.url, protocol="3.1.1")
    await client.serve(MEMORY, answer_memory)
    assert (await client.request(MEMORY, MemoryQuery(text="x", top_k=2))).k == 2
    with pytest.raises(NeedsMqtt5Error, match=r"headers \(user properties\).*speaks MQTT 3\.1\.1 only"):
        await client.publish(JPEG, b"x", headers=TraceHeaders(trace="t"))
    with pytest.raises(NeedsMqtt5Error, match="correlation data"):
        await client.request(BARE, Hit(text="x"))
    await client.publish(replace(JPEG, headers=NoHeaders), b"x", headers=None)


async def test_a_connection_that_is_only_closed_is_not_a_refusal(mosquitto: LocalBroker, clients: Clients):
    async with Proxy(mosquitto.port) as proxy:
        proxy.refuse = True
        with pytest.raises(BrokerUnavailableError):
            await within(clients(proxy.url))
        proxy.refuse = False
        client = await clients(proxy.url, "again")
        await client.publish(JPEG, b"x", headers=TraceHeaders(trace="t"))
