"""Counters and timings: as a snapshot, and for Prometheus with its real client library."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from topicwright import Event, Stats, Timing, retry
from topicwright.prometheus import StatsCollector
from topicwright.telemetry.stats import BOUNDS, MAX_TOPICS, OTHER_TOPICS
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import CAMERA_FRAME, MEMORY_QUERY, Frame, FrameParams, MemoryQuery
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually

Broker = LocalBroker | MemoryBroker


async def test_published_is_counted_by_address_and_received_by_filter(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inbox: Inbox[Event[Frame, FrameParams]] = Inbox()
    await client.on(CAMERA_FRAME, inbox)
    for camera in ("left", "right"):
        await client.publish(CAMERA_FRAME, Frame(data="x"), params=FrameParams(camera_id=camera))
    await client.publish_event("a/b", "a.b", {}, qos=1)
    await eventually(lambda: client.stats().filters["camera/+/frame"].handled == 2)
    stats = client.stats()
    assert {name: counts.published for name, counts in stats.topics.items()} == {
        "camera/{camera_id}/frame": 2,
        "a/b": 1,
    }
    assert stats.topics["camera/{camera_id}/frame"].acknowledging.count == 2
    assert stats.published == 3
    assert stats.filters["camera/+/frame"].handling.count == 2
    assert (stats.in_flight, stats.filters["camera/+/frame"].in_flight) == (0, 0)


async def test_what_waits_for_a_handler_is_in_flight(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    go = asyncio.Event()

    async def waits(event: Event[MemoryQuery]) -> None:
        await go.wait()

    await client.on(MEMORY_QUERY, waits)
    for number in range(3):
        await client.publish(MEMORY_QUERY, MemoryQuery(text=str(number)))
    await eventually(lambda: client.stats().filters["memory/query"].in_flight == 3)
    go.set()
    await eventually(lambda: client.stats().filters["memory/query"].in_flight == 0)
    assert client.stats().filters["memory/query"].handling.longest > 0


async def test_a_publish_without_an_answer_is_in_flight(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    publishing = asyncio.create_task(client.publish(MEMORY_QUERY, MemoryQuery(text="x")))
    seen: list[int] = []
    while not publishing.done():
        seen.append(client.stats().in_flight)
        await asyncio.sleep(0)
    assert max(seen) == 1
    assert client.stats().in_flight == 0


async def test_a_handler_that_fails_is_timed_too(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def fails(event: Event[MemoryQuery]) -> None:
        raise LookupError

    await client.on(MEMORY_QUERY, fails, on_error=retry(2, 0.0))
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    await eventually(lambda: client.stats().filters["memory/query"].failed == 1)
    counts = client.stats().filters["memory/query"]
    assert (counts.retried, counts.handling.count, counts.in_flight) == (2, 1, 0)


async def test_a_snapshot_does_not_change(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    before = client.stats()
    text = repr(before)
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    await eventually(lambda: client.stats().total("handled") == 2)
    assert repr(before) == text


def test_topics_are_counted_one_by_one_up_to_a_limit():
    stats = Stats()
    for number in range(MAX_TOPICS + 500):
        stats.sent_to(f"a/{number}").published += 1
    assert len(stats.topics) == MAX_TOPICS + 1
    assert stats.topics[OTHER_TOPICS].published == 500


async def test_filters_that_are_given_up_do_not_pile_up(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, "me")
    for number in range(MAX_TOPICS + 200):
        name = f"job/{number}"
        await client.subscribe(name, Raw(), qos=1)
        await client.publish_event(name, "x", {}, qos=1)
        await eventually(lambda n=name: client.stats().filters[n].handled == 1)
        await client.unsubscribe(name)
    stats = client.stats()
    assert len(stats.filters) == MAX_TOPICS + 1
    assert stats.filters[OTHER_TOPICS].handled == stats.filters[OTHER_TOPICS].handling.count == 200
    assert stats.total("handled") == MAX_TOPICS + 200


def test_a_timing_counts_by_bounds():
    timing = Timing()
    for seconds in (0.0, BOUNDS[0], BOUNDS[0] * 1.01, BOUNDS[-1], BOUNDS[-1] + 1):
        timing.add(seconds)
    assert (timing.buckets[0], timing.buckets[1], timing.buckets[-2], timing.buckets[-1]) == (2, 1, 1, 1)
    assert timing.longest == BOUNDS[-1] + 1
    assert timing.mean == pytest.approx(timing.seconds / 5)
    assert Timing().mean == 0.0


# -- Prometheus --------------------------------------------------------------------------------------------------


def scraped(registry: CollectorRegistry) -> dict[tuple[str, str, str], float]:
    """Return each sample by its name, client id, and topic, filter or bound."""
    found: dict[tuple[str, str, str], float] = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            labels = dict(sample.labels)
            key = sample.name, labels.pop("client_id"), labels.get("le") or next(iter(labels.values()), "")
            found[key] = sample.value
    return found


async def test_prometheus_scrapes_the_values_of_the_snapshot(broker: Broker, clients: Clients):
    one, two = await clients(broker.url, "one"), await clients(broker.url, "two")
    registry = CollectorRegistry()
    collector = StatsCollector(one)
    registry.register(collector)
    collector.add(two)
    await two.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    for _ in range(3):
        await one.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    await eventually(lambda: two.stats().total("handled") == 3)
    samples = scraped(registry)
    assert samples["topicwright_connected", "one", ""] == 1
    assert samples["topicwright_publishes_published_total", "one", "memory/query"] == 3
    assert samples["topicwright_handled_total", "two", "memory/query"] == 3
    assert samples["topicwright_in_flight", "two", "memory/query"] == 0
    assert samples["topicwright_handling_seconds_count", "two", "memory/query"] == 3
    assert samples["topicwright_handling_seconds_bucket", "two", "+Inf"] == 3
    timing = two.stats().filters["memory/query"].handling
    assert samples["topicwright_handling_seconds_sum", "two", "memory/query"] == pytest.approx(timing.seconds)
    assert samples["topicwright_reconnects_total", "two", ""] == 0
    collector.remove(two)
    assert not [key for key in scraped(registry) if key[1] == "two"]


async def test_every_counter_of_the_snapshot_is_exported(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, "me")
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    registry = CollectorRegistry()
    registry.register(StatsCollector(client))
    names = {name.removeprefix("topicwright_").removesuffix("_total") for name, _, _ in scraped(registry)}
    stats = client.stats()
    for name in (*stats.__slots__, *stats.filters["memory/query"].__slots__):
        exported = {
            "in_flight": "publishes_in_flight",
            "published": "publishes_published",
            "handling": "handling_seconds_sum",
        }
        assert exported.get(name, name) in names or name in {"filters", "topics"}, name


async def test_another_thread_may_scrape_at_any_time(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, "me")
    registry = CollectorRegistry()
    registry.register(StatsCollector(client))
    problems: list[Exception] = []
    done = threading.Event()

    def scrape() -> None:
        while not done.is_set():
            try:
                generate_latest(registry)
            except Exception as error:
                problems.append(error)

    thread = threading.Thread(target=scrape)
    thread.start()
    for number in range(300):
        await client.publish_event(f"a/{number}", "a", {})
    done.set()
    thread.join()
    assert not problems


# -- not imported unless asked for -------------------------------------------------------------------------------


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)


def test_extras_are_not_imported_unless_asked_for():
    program = (
        "import sys, topicwright, topicwright.transport.engine.connection, topicwright.transport.paho.connection\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('opentelemetry', 'prometheus_client')])"
    )
    assert run(program).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("extra", "package"), [("prometheus", "prometheus_client"), ("opentelemetry", "opentelemetry")]
)
def test_a_missing_extra_is_an_error_that_names_what_to_install(extra: str, package: str):
    done = run(f"import sys; sys.modules[{package!r}] = None\nimport topicwright.{extra}")
    assert f"install topicwright[{extra}]" in done.stderr.splitlines()[-1]


def test_a_message_written_immediately_is_counted_as_a_publish_that_took_no_time():
    fast, plain = Stats(), Stats()
    for _ in range(3):
        fast.sent_to("a").written()
        plain.sent_to("a").published += 1
        plain.sent_to("a").acknowledging.add(0.0)
    assert fast.copy() == plain.copy()
