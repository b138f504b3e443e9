"""A subscription is a wish that stays: refused, it is asked for again, counted and told; many come back at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import mqtt5
import pytest
from topicwright import SubscribeRejectedError, UnsubscribeRejectedError

from tests.runtime.support.catalog import MEMORY_QUERY
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, within
from tests.runtime.support.scripted_broker import Link, ScriptedBroker, connack, suback

OVER = ["engine", "library"]
Packet = mqtt5.SubscribePacket


def refusing(broker: ScriptedBroker, name: str, code: int, when: Callable[[], bool]) -> None:
    """Have a filter refused while ``when`` holds."""

    def on_subscribe(link: Link, packet: Packet) -> bool | None:
        if not when():
            return None
        codes = [code if item.pattern == name else int(item.max_qos) for item in packet.topic_filters]
        return link.send(suback(packet.packet_id, *codes))

    broker.hooks[Packet] = on_subscribe


@pytest.mark.parametrize("over", OVER)
async def test_row_49_a_subscription_refused_at_a_reconnect_is_asked_for_until_granted(over: str, clients: Clients):
    told: list[SubscribeRejectedError] = []

    async def on_refused(error: SubscribeRejectedError) -> None:
        told.append(error)

    async with ScriptedBroker() as broker:
        client = await clients(
            broker.url, "me", transport=over, protocol="5", enable_health=True, on_subscription_refused=on_refused
        )
        for name in ("t/a", "t/b", "t/c"):
            await client.subscribe(name, Raw(), qos=1)
        refusals = 3

        def while_refusing() -> bool:
            nonlocal refusals
            refusals -= 1
            return len(broker.links) == 2 and refusals > -5

        refusing(broker, "t/b", 0x97, while_refusing)
        broker.links[0].cut()
        await eventually(lambda: client.stats().subscriptions_missing == 1)
        await eventually(lambda: broker.filters(broker.links[-1]).count("t/b") > 2, "t/b is asked for again")
        await eventually(lambda: client.stats().subscriptions_missing == 0, "t/b is granted in the end")
        assert client.stats().subscriptions_refused >= 2
        assert [error.topic_filter for error in told] == ["t/b"]
        await eventually(lambda: health(broker)[-1] == (True, "subscriptions"))
        assert (False, "reconnected") in health(broker)


def health(broker: ScriptedBroker) -> list[tuple[bool, str]]:
    payloads = [json.loads(packet.payload)["data"] for packet in broker.of(mqtt5.PublishPacket)]
    return [(data["ok"], data["event"]) for data in payloads]


@pytest.mark.parametrize("over", OVER)
async def test_a_subscription_that_is_refused_stays_wanted_over_connections(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        await client.subscribe("t/b", Raw(), qos=1)
        refusing(broker, "t/b", 0x87, lambda: True)
        for number in range(3):
            broker.links[-1].cut()
            await eventually(lambda n=number: len(broker.links) == n + 2 and "t/b" in broker.filters(broker.links[-1]))
        await client.unsubscribe("t/b")
        assert client.stats().subscriptions_missing == 0


async def test_a_subscription_that_the_program_asks_for_is_refused_to_it_alone(clients: Clients):
    async with ScriptedBroker() as broker:
        refusing(broker, "t/b", 0x87, lambda: True)
        client = await clients(broker.url, "me", transport="engine", protocol="5")
        with pytest.raises(SubscribeRejectedError):
            await within(client.subscribe("t/b", Raw(), qos=1))
        assert (client.stats().subscriptions_refused, client.stats().subscriptions_missing) == (1, 0)
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 2 and client.connected)
        assert broker.filters(broker.links[1]) == []


async def test_run_forever_raises_where_a_subscription_must_be_granted(clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport="engine", protocol="5", must_be_subscribed=True)
        await client.subscribe("t/b", Raw(), qos=1)
        refusing(broker, "t/b", 0x87, lambda: True)
        running = asyncio.create_task(client.run_forever())
        broker.links[0].cut()
        with pytest.raises(SubscribeRejectedError):
            await within(running)


@pytest.mark.parametrize("over", OVER)
async def test_row_49_all_subscriptions_are_asked_for_before_the_first_is_answered(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        names = [f"d/{number}" for number in range(300)]
        await asyncio.gather(*(client.subscribe(name, Raw(), qos=1) for name in names))
        kept: list[Packet] = []

        def on_subscribe(link: Link, packet: Packet) -> bool:
            kept.append(packet)
            return True

        broker.hooks[Packet] = on_subscribe
        broker.links[0].cut()
        await eventually(lambda: len(kept) == 300, "SUBSCRIBE packets without an answer")
        # Publishing does not wait for the answers, and comes after what was asked for.
        await within(client.publish_event("a", "x", {}, qos=1))
        kinds = [type(packet) for packet in broker.links[1].packets]
        assert kinds.index(mqtt5.PublishPacket) > max(at for at, kind in enumerate(kinds) if kind is Packet)
        for packet in kept:
            broker.links[1].send(suback(packet.packet_id, 1))
        assert sorted(broker.filters(broker.links[1])) == sorted(names)
        assert {packet.subscription_id for packet in kept} != {None}


@pytest.mark.parametrize("over", OVER)
async def test_without_identifiers_a_packet_has_as_many_filters_as_the_settings_say(over: str, clients: Clients):
    async with ScriptedBroker(b"\x29\x00") as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5", filters_per_subscribe=8)
        await asyncio.gather(*(client.subscribe(f"d/{number}", Raw(), qos=1) for number in range(20)))
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 2 and len(broker.filters(broker.links[1])) == 20)
        assert [len(packet.topic_filters) for packet in broker.links[1].of(Packet)] == [8, 8, 4]


async def test_a_packet_of_many_filters_keeps_to_the_maximum_packet_size(clients: Clients):
    async with ScriptedBroker(b"\x29\x00\x27\x00\x00\x00\x80") as broker:
        client = await clients(broker.url, "me", transport="engine", protocol="5")
        await asyncio.gather(*(client.subscribe(f"device/{number:02}", Raw(), qos=1) for number in range(30)))
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 2 and len(broker.filters(broker.links[1])) == 30)
        packets = broker.links[1].of(Packet)
        assert 2 < len(packets) < 10
        assert all(len(packet.write()) <= 128 for packet in packets)


@pytest.mark.parametrize("over", OVER)
async def test_more_filters_than_packet_ids_come_back_all(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5", publish_timeout=60.0)
        raw = Raw()
        await asyncio.gather(*(client.subscribe(f"d/{number}", raw, qos=0) for number in range(2500)))
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 2 and len(set(broker.filters(broker.links[1]))) == 2500)


@pytest.mark.parametrize("over", OVER)
async def test_row_47_a_lower_qos_than_asked_for_is_told(over: str, clients: Clients, caplog: pytest.LogCaptureFixture):
    async with ScriptedBroker() as broker:
        broker.hooks[Packet] = lambda link, packet: link.send(suback(packet.packet_id, 0))
        client = await clients(broker.url, "me", transport=over, protocol="5")
        subscription = await client.on(MEMORY_QUERY, Inbox())
        assert subscription.granted_qos == 0
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 2 and broker.filters(broker.links[1]))
        await eventually(lambda: subscription.granted_qos == 0)
        assert caplog.text.count("granted QoS 0") == 1
        await subscription.close()
        assert subscription.granted_qos is None


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("code", [0x80, 0x87])
async def test_row_47_a_refused_unsubscribe_is_raised_and_asked_again(code: int, over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: link.send(connack(present=len(broker.links) > 1))
        broker.hooks[mqtt5.UnsubscribePacket] = lambda link, packet: (
            len(broker.links) == 1 and link.send(suback(packet.packet_id, code, first=0xB0))
        )
        client = await clients(broker.url, "me", transport=over, protocol="5")
        await client.subscribe("a", Raw(), qos=1)
        with pytest.raises(UnsubscribeRejectedError) as caught:
            await within(client.unsubscribe("a"))
        assert caught.value.reason == code
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 2 and broker.links[1].of(mqtt5.UnsubscribePacket))


async def test_a_broker_that_answers_no_subscription_is_left(clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport="engine", protocol="5", connect_timeout=0.5)
        await client.subscribe("a", Raw(), qos=1)
        broker.hooks[Packet] = lambda link, packet: len(broker.links) == 2
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 3 and broker.filters(broker.links[2]) == ["a"])
