"""What CONNACK excludes is refused here, at once, by an error that names the limit; what it allows goes on."""

from __future__ import annotations

import mqtt5
import pytest
from topicwright import PublishNotSupportedError, SubscribeNotSupportedError
from topicwright.testing import LocalBroker

from tests.runtime.support.clients import Clients, Raw, eventually, needs_mosquitto, within
from tests.runtime.support.scripted_broker import Link, ScriptedBroker, connack

OVER = ["engine", "library"]


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize(
    ("properties", "qos", "retain", "limit"),
    [
        (b"\x24\x01", 2, False, "Maximum QoS 1"),
        (b"\x24\x00", 1, False, "Maximum QoS 0"),
        (b"\x25\x00", 1, True, "Retain Available 0"),
        (b"\x25\x00", 0, True, "Retain Available 0"),
    ],
)
async def test_row_47_a_publish_that_the_broker_excludes_is_not_sent(
    properties: bytes, qos: int, retain: bool, limit: str, over: str, clients: Clients
):
    async with ScriptedBroker(properties) as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        with pytest.raises(PublishNotSupportedError, match=limit) as caught:
            await within(client.publish_event("a/bad", "x", {}, qos=qos, retain=retain))
        assert caught.value.limit == limit
        await within(client.publish_event("a/good", "x", {}, qos=min(qos, 1) if limit != "Maximum QoS 0" else 0))
        await eventually(lambda: broker.of(mqtt5.PublishPacket))
        assert [packet.topic for packet in broker.of(mqtt5.PublishPacket)] == ["a/good"]
        assert len(broker.links) == 1


async def test_a_message_in_flight_that_the_next_broker_excludes_is_refused_too(clients: Clients):
    async with ScriptedBroker() as broker:

        def on_connect(link: Link, packet: object) -> bool:
            first = len(broker.links) == 1
            return link.send(connack(b"" if first else b"\x25\x00", present=not first))

        broker.hooks[mqtt5.ConnectPacket] = on_connect
        broker.hooks[mqtt5.PublishPacket] = lambda link, packet: len(broker.links) == 1 and link.cut()
        client = await clients(broker.url, "me", transport="engine", protocol="5")
        with pytest.raises(PublishNotSupportedError):
            await within(client.publish_event("a", "x", {}, qos=1, retain=True))
        assert not broker.links[1].of(mqtt5.PublishPacket)


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize(
    ("properties", "name", "limit"),
    [
        (b"\x28\x00", "a/+/b", "Wildcard Subscription Available 0"),
        (b"\x28\x00", "$share/g/a/#", "Wildcard Subscription Available 0"),
        (b"\x2a\x00", "$share/g/a", "Shared Subscription Available 0"),
        (b"\x27\x00\x00\x00\x40", "a/" + "x" * 60, "Maximum Packet Size 64"),
    ],
)
async def test_row_47_a_filter_that_the_broker_excludes_is_not_asked_for(
    properties: bytes, name: str, limit: str, over: str, clients: Clients
):
    async with ScriptedBroker(properties) as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        with pytest.raises(SubscribeNotSupportedError) as caught:
            await within(client.subscribe(name, Raw(), qos=1))
        assert caught.value.limit == limit
        await within(client.subscribe("a/b", Raw(), qos=1))
        assert broker.filters(broker.links[0]) == ["a/b"]
        assert client.stats().subscriptions_missing == 0


@pytest.mark.parametrize("over", OVER)
async def test_without_subscription_identifiers_none_is_sent(over: str, clients: Clients):
    async with ScriptedBroker(b"\x29\x00") as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        await within(client.subscribe("a", Raw(), qos=1))
        assert [packet.subscription_id for packet in broker.of(mqtt5.SubscribePacket)] == [None]


@pytest.mark.parametrize("over", OVER)
async def test_health_comes_up_where_nothing_is_retained(over: str, clients: Clients, caplog: pytest.LogCaptureFixture):
    async with ScriptedBroker(b"\x25\x00\x24\x00") as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5", enable_health=True)
        await client.publish_health(True, "again")
        await eventually(lambda: len(broker.of(mqtt5.PublishPacket)) == 2)
        assert {(int(packet.qos), packet.retain) for packet in broker.of(mqtt5.PublishPacket)} == {(0, False)}
        assert caplog.text.count("retains nothing") == 1


@pytest.mark.parametrize("over", OVER)
async def test_a_last_will_that_the_broker_cannot_keep_is_lessened(
    over: str, clients: Clients, caplog: pytest.LogCaptureFixture
):
    async with ScriptedBroker() as broker:

        def on_connect(link: Link, packet: mqtt5.ConnectPacket) -> bool | None:
            assert packet.will is not None
            if packet.will.retain:
                return link.send(connack(code=0x9A)) and link.close()
            if int(packet.will.qos) > 0:
                return link.send(connack(code=0x9B)) and link.close()
            return None

        broker.hooks[mqtt5.ConnectPacket] = on_connect
        await clients(broker.url, "me", transport=over, protocol="5", enable_health=True)
        assert len(broker.links) == 3
        assert "the Last Will on system/health/me is not retained" in caplog.text


@needs_mosquitto
@pytest.mark.parametrize("over", OVER)
async def test_mosquitto_without_retained_messages_loses_no_connection(over: str, clients: Clients):
    with LocalBroker(kind="mosquitto", config=["retain_available false"]) as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5", enable_health=True)
        with pytest.raises(PublishNotSupportedError):
            await within(client.publish_event("a/bad", "x", {}, qos=1, retain=True))
        await within(client.publish_event("a/good", "x", {}, qos=1))
        assert client.stats().reconnects == 0


@pytest.mark.parametrize("over", OVER)
async def test_a_shorter_session_than_asked_for_is_said(over: str, clients: Clients, caplog: pytest.LogCaptureFixture):
    async with ScriptedBroker(b"\x11\x00\x00\x00\x3c") as broker:
        await clients(broker.url, "me", transport=over, protocol="5")
        assert "for 60 s, and not for session_expiry=3600 s" in caplog.text
