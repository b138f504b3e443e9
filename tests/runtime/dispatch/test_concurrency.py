"""Several messages of one subscription at once: in order for each key, acknowledged in the order of receipt."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import pytest
from topicwright import Event, Topic
from topicwright.mqtt.message import Outgoing
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import Frame, FrameParams, Section, topic
from tests.runtime.support.clients import Clients, eventually, within

Broker = LocalBroker | MemoryBroker


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int


FRAMES: Topic[Frame, FrameParams] = topic(
    "camera/{camera_id}/frame", "camera.frame", Frame, params=FrameParams, partition_key="camera_id"
)
SECTIONS: Topic[Section] = topic("sections", "section", Section, partition_key="section")
APART: Topic[Section] = topic("sections", "section", Section)


class Overlap:
    """A handler that sees how many run at once, and in which order each key came."""

    def __init__(self) -> None:
        self.running: dict[str, int] = defaultdict(int)
        self.most = 0
        self.clash = False
        self.order: dict[str, list[str]] = defaultdict(list)
        self.count = 0

    async def see(self, key: str, value: str) -> None:
        self.clash |= self.running[key] > 0
        self.running[key] += 1
        self.most = max(self.most, sum(self.running.values()))
        await asyncio.sleep(0.01)
        self.running[key] -= 1
        self.order[key].append(value)
        self.count += 1


async def test_order_is_kept_for_each_value_of_a_parameter(broker: Broker, clients: Clients):
    client, seen = await clients(broker.url), Overlap()

    async def handler(event: Event[Frame, FrameParams]) -> None:
        await seen.see(event.params.camera_id, event.data.data)

    await client.on(FRAMES, handler, concurrency=4)
    for number in range(10):
        for camera in "abc":
            await client.publish(FRAMES, Frame(data=str(number)), params=FrameParams(camera_id=camera))
    await eventually(lambda: seen.count == 30)
    assert seen.most > 1
    assert not seen.clash
    assert all(seen.order[camera] == [str(number) for number in range(10)] for camera in "abc")


async def test_a_subscription_without_a_catalog_takes_several_at_once(broker: Broker, clients: Clients):
    client, running, most, through = await clients(broker.url), 0, 0, asyncio.Event()

    async def handler(payload: bytes) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await through.wait()
        running -= 1

    await client.subscribe("a", handler, qos=1, concurrency=3)
    for number in range(5):
        await client.publish_event("a", "x", {"n": number}, qos=1)
    await eventually(lambda: running == 3 and client.stats().filters["a"].received == 5)
    through.set()
    await eventually(lambda: client.stats().filters["a"].handled == 5)
    assert most == 3
    with pytest.raises(ValueError, match="a concurrency of 3: unsubscribe it first"):
        await client.subscribe("a", handler, qos=1)
    await client.unsubscribe("a")
    with pytest.raises(ValueError, match="must be 1 or more"):
        await client.subscribe("a", handler, concurrency=0)


async def test_order_is_kept_for_each_value_of_a_payload_field(memory_broker: MemoryBroker, clients: Clients):
    client, seen = await clients(memory_broker.url), Overlap()

    async def handler(event: Event[Section]) -> None:
        await seen.see(event.data.section, str(event.data.value))

    await client.on(SECTIONS, handler, concurrency=8)
    for number in range(12):
        await client.publish(SECTIONS, Section(section="ab"[number % 2], value=str(number)))
    await eventually(lambda: seen.count == 12)
    assert seen.most == 2
    assert not seen.clash
    assert seen.order["a"] == [str(number) for number in range(0, 12, 2)]


async def test_without_a_key_as_many_run_as_allowed_and_no_more(memory_broker: MemoryBroker, clients: Clients):
    client, seen = await clients(memory_broker.url), Overlap()

    async def handler(event: Event[Section]) -> None:
        await seen.see(event.id, "")

    await client.on(APART, handler, concurrency=3)
    for _ in range(9):
        await client.publish(APART, Section(section="a", value="x"))
    await eventually(lambda: seen.count == 9)
    assert seen.most == 3


async def test_a_message_that_is_handled_early_is_acknowledged_in_its_turn(broker: Broker, clients: Clients):
    """Killed now, the client gets both again: nothing behind an unfinished message is acknowledged."""
    client = await clients(broker.url, "slow", shutdown_timeout=0.05)
    gate, done = asyncio.Event(), list[str]()

    async def handler(event: Event[Section]) -> None:
        if event.data.value == "first":
            await gate.wait()
        done.append(event.data.value)

    await client.on(APART, handler, concurrency=2)
    for value in ("first", "second"):
        await client.publish(APART, Section(section="a", value=value))
    await eventually(lambda: done == ["second"])
    await client.shutdown()
    gate.set()
    done.clear()
    await client.connect()
    await eventually(lambda: sorted(done) == ["first", "second"])


async def test_a_duplicate_of_a_message_that_is_handled_waits_for_its_end(
    memory_broker: MemoryBroker, clients: Clients
):
    client, seen = await clients(memory_broker.url, dedupe_ttl=60.0), Overlap()

    async def handler(event: Event[Section]) -> None:
        await seen.see(event.id, "")
        raise ValueError("the first attempt fails")

    await client.on(APART, handler, concurrency=4)
    for _ in range(2):
        await client.publish(APART, Section(section="a", value="x"), correlation_id="same")
    await eventually(lambda: client.stats().filters["sections"].failed == 2)
    assert not seen.clash
    assert client.stats().filters["sections"].duplicates == 0


async def test_shutdown_waits_for_all_of_them_also_from_inside_one(memory_broker: MemoryBroker, clients: Clients):
    client, finished = await clients(memory_broker.url), list[str]()

    async def handler(event: Event[Section]) -> None:
        if event.data.value == "0":
            await client.shutdown()
        else:
            await asyncio.sleep(0.05)
        finished.append(event.data.value)

    await client.on(APART, handler, concurrency=3)
    await asyncio.gather(
        *(client.publish(APART, Section(section="a", value=str(number))) for number in range(3)), return_exceptions=True
    )
    await within(eventually(lambda: sorted(finished) == ["0", "1", "2"]))


async def test_one_that_is_cancelled_from_outside_does_not_keep_its_key(memory_broker: MemoryBroker, clients: Clients):
    client, handled = await clients(memory_broker.url), list[str]()

    async def handler(event: Event[Section]) -> None:
        task = asyncio.current_task()
        if event.data.value == "cancelled" and task is not None:
            task.cancel()
            await asyncio.sleep(1)
        handled.append(event.data.value)

    await client.on(SECTIONS, handler, concurrency=2)
    for value in ("cancelled", "next"):
        await client.publish(SECTIONS, Section(section="a", value=value))
    await eventually(lambda: handled == ["next"])


async def test_qos_0_is_bounded_and_counted_with_keys_too(memory_broker: MemoryBroker, clients: Clients):
    client, gate = await clients(memory_broker.url, queue_size=5), asyncio.Event()
    flood: Topic[Section] = topic("sections", "section", Section, partition_key="section", qos=0)

    async def handler(event: Event[Section]) -> None:
        await gate.wait()

    await client.on(flood, handler, concurrency=2)
    for number in range(50):
        await client.publish(flood, Section(section="a", value=str(number)))
        await asyncio.sleep(0)
    counts = client.stats().filters["sections"]
    assert counts.received == 50
    assert counts.dropped == 44
    gate.set()
    await eventually(lambda: counts.received - client.stats().filters["sections"].handled == 44)


async def test_less_than_one_is_refused(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def handler(event: Event[Section]) -> None: ...

    with pytest.raises(ValueError, match="concurrency must be 1 or more"):
        await client.on(APART, handler, concurrency=0)


@pytest.mark.parametrize("dedupe", [0.0, 60.0])
async def test_a_message_without_a_key_that_can_be_read_holds_up_no_acknowledgement(
    mosquitto: LocalBroker, clients: Clients, dedupe: float
):
    client, seen = await clients(mosquitto.url, dedupe_ttl=dedupe), Overlap()

    async def handler(event: Event[Frame, FrameParams]) -> None:
        await seen.see(str(event.params.camera_id), event.data.data)

    async def raw(payload: bytes) -> None:
        await seen.see("raw", str(len(payload)))

    numbered: Topic[Frame, Numbered] = topic("dev/{number}", "dev", Frame, params=Numbered, partition_key="number")
    got: list[int] = []

    async def number(event: Event[Frame, Numbered]) -> None:
        got.append(event.params.number)

    await client.on(FRAMES, handler, concurrency=4)
    await client.on(numbered, number, concurrency=4)
    await client.subscribe("deep", raw, qos=1, concurrency=4)
    deep = b'{"id":"1","type":"deep","data":%b1%b}' % (b"[" * 300, b"]" * 300)
    sender = await clients(mosquitto.url, "sender")
    for name, payload in (("dev/abc", b"{}"), ("deep", deep), ("deep", b"{}"), ("dev/abc", b"[]")):
        await sender._publisher.send(Outgoing(name, payload, 1))
    await sender.publish(numbered, Frame(data="1"), params=Numbered(number=7))
    await eventually(lambda: got == [7] and seen.count == 2)
    await eventually(lambda: not client._dispatcher._order._order, "every message is acknowledged")


async def test_shutdown_in_a_handler_does_not_wait_for_what_waits_for_that_handler(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, shutdown_timeout=60.0)
    ended = asyncio.Event()

    async def handler(event: Event[Frame, FrameParams]) -> None:
        await eventually(lambda: client.stats().filters["camera/+/frame"].received == 3)
        await client.shutdown()
        ended.set()

    await client.on(FRAMES, handler, concurrency=4)
    for number in range(3):
        await client.publish(FRAMES, Frame(data=str(number)), params=FrameParams(camera_id="a"))
    await within(ended.wait())
