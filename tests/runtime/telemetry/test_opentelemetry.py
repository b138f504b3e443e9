"""OpenTelemetry: traces that follow a message, by the conventions for messaging, with the real SDK."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from topicwright import Event, MQTTClient, PayloadTooLargeError, retry
from topicwright.opentelemetry import Telemetry
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.testing.broker_programs import mosquitto_path

from tests.runtime.support.catalog import (
    CAMERA_FRAME,
    JPEG,
    MEMORY,
    MEMORY_QUERY,
    Frame,
    FrameParams,
    MemoryQuery,
    MemoryQueryResult,
    TraceHeaders,
    answer_memory,
)
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually

Broker = LocalBroker | MemoryBroker


class Watch:
    """Telemetry whose spans and metrics can be looked at."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._reader = InMemoryMetricReader()
        meters = MeterProvider([self._reader])
        self.telemetry = Telemetry(tracer_provider=self.tracers, meter_provider=meters)

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self._exporter.get_finished_spans() if span.name == name]

    async def span(self, name: str, count: int = 1) -> ReadableSpan:
        await eventually(lambda: len(self.named(name)) >= count, f"{count} spans {name!r}")
        return self.named(name)[-1]

    def points(self, name: str) -> list[tuple[dict[str, object], object]]:
        data = self._reader.get_metrics_data()
        metrics = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics] if data else []
        return [
            (dict(point.attributes or {}), getattr(point, "value", getattr(point, "count", None)))
            for metric in metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch()
    yield made
    made.tracers.shutdown()


def context(span: ReadableSpan) -> trace.SpanContext:
    found = span.get_span_context()
    assert found is not None
    return found


async def test_the_handlers_span_is_below_the_publishers_and_linked_to_it(
    broker: Broker, clients: Clients, watch: Watch
):
    one = await clients(broker.url, "one", observer=watch.telemetry)
    two = await clients(broker.url, "two", observer=watch.telemetry)
    inbox: Inbox[Event[Frame, FrameParams]] = Inbox()
    await two.on(CAMERA_FRAME, inbox)
    await one.publish(CAMERA_FRAME, Frame(data="x"), params=FrameParams(camera_id="left"))
    producer = await watch.span("publish camera/{camera_id}/frame")
    consumer = await watch.span("process camera/{camera_id}/frame")
    assert (producer.kind, consumer.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert consumer.parent is not None
    assert consumer.parent.span_id == context(producer).span_id
    assert consumer.parent.trace_id == context(producer).trace_id == context(consumer).trace_id
    assert [link.context.span_id for link in consumer.links] == [context(producer).span_id]
    assert inbox.items[0].data.data == "x"


async def test_attributes_are_those_of_the_conventions(memory_broker: MemoryBroker, clients: Clients, watch: Watch):
    client = await clients(memory_broker.url, "me", observer=watch.telemetry)
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    sent = await client.publish(MEMORY_QUERY, MemoryQuery(text="Mars"))
    producer, consumer = await watch.span("publish memory/query"), await watch.span("process memory/query")
    common = {
        "messaging.system": "mqtt",
        "messaging.client.id": "me",
        "messaging.destination.name": "memory/query",
        "messaging.destination.template": "memory/query",
        "messaging.message.body.size": len(memory_broker.messages[-1].payload),
        "server.address": client.settings.mqtt_url.host,
        "server.port": client.settings.mqtt_url.port,
    }
    assert dict(producer.attributes or {}) == {
        **common, "messaging.operation.name": "publish", "messaging.operation.type": "send"
    }  # fmt: skip
    assert dict(consumer.attributes or {}) == {
        **common, "messaging.operation.name": "process", "messaging.operation.type": "process",
        "messaging.message.conversation_id": sent,
    }  # fmt: skip


async def test_a_request_and_its_reply_are_one_trace(broker: Broker, clients: Clients, watch: Watch):
    server = await clients(broker.url, "server", observer=watch.telemetry)
    asker = await clients(broker.url, "asker", observer=watch.telemetry)
    await server.serve(MEMORY, answer_memory)
    with watch.tracers.get_tracer("test").start_as_current_span("question") as question:
        await asker.request(MEMORY, MemoryQuery(text="Mars"))
    names = ["publish memory/query", "process memory/query", "publish memory/results"]
    spans = [await watch.span(name) for name in names]
    parents = [span.parent.span_id if span.parent else None for span in spans]
    expected = [question.get_span_context().span_id, context(spans[0]).span_id, context(spans[1]).span_id]
    assert parents == expected


async def test_a_message_without_a_context_begins_a_trace(broker: Broker, clients: Clients, watch: Watch):
    client = await clients(broker.url, "me", observer=watch.telemetry)
    other = await clients(broker.url, "other")
    inbox = Raw()
    await client.subscribe("a/#", inbox)
    await other.publish_event("a/b", "a.b", {}, qos=1)
    span = await watch.span("process a/#")
    assert span.parent is None
    assert not span.links
    assert (span.attributes or {})["messaging.destination.name"] == "a/b"


async def test_a_broken_context_is_ignored(memory_broker: MemoryBroker, clients: Clients, watch: Watch):
    from topicwright.mqtt.message import Properties

    client = await clients(memory_broker.url, "me", observer=watch.telemetry)
    inbox = Raw()
    await client.subscribe("a", inbox)
    for value in ("", "00-0-0-00", "\x00\x7f", "x" * 5000):
        memory_broker.publish("a", b"{}", properties=Properties(user=(("traceparent", value), ("traceparent", value))))
    await inbox.get(4)
    assert (await watch.span("process a", 4)).parent is None


async def test_typed_headers_and_the_context_share_user_properties(broker: Broker, clients: Clients, watch: Watch):
    client = await clients(broker.url, "me", observer=watch.telemetry)
    inbox: Inbox[Event[bytes]] = Inbox()
    await client.on(JPEG, inbox)
    await client.publish(JPEG, b"jpeg", params=JPEG.params(), headers=TraceHeaders(trace="mine", hop=2))
    assert (await inbox.get())[0].headers == TraceHeaders(trace="mine", hop=2)
    assert (await watch.span("process camera/frame/jpeg")).parent is not None


async def test_a_failing_handler_is_an_error_at_each_attempt(
    memory_broker: MemoryBroker, clients: Clients, watch: Watch
):
    client = await clients(memory_broker.url, "me", observer=watch.telemetry)

    async def fails(event: Event[MemoryQuery]) -> None:
        raise LookupError("nothing there")

    await client.on(MEMORY_QUERY, fails, on_error=retry(1, 0.0))
    await client.publish(MEMORY_QUERY, MemoryQuery(text="Mars"))
    span = await watch.span("process memory/query", 2)
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "LookupError"
    assert [event.name for event in span.events] == ["exception"]
    ((labels, count),) = watch.points("messaging.client.consumed.messages")
    assert (labels["error.type"], count) == ("LookupError", 2)


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
@pytest.mark.parametrize("over", ["engine", "library"])
async def test_a_failed_publish_is_an_error(clients: Clients, watch: Watch, over: str):
    with LocalBroker(kind="mosquitto", config=["max_packet_size 1000"]) as broker:
        client = await clients(broker.url, "me", observer=watch.telemetry, transport=over)
        with pytest.raises(PayloadTooLargeError):
            await client.publish_event("a", "a", {"text": "x" * 2000}, qos=1)
        assert client.stats().topics["a"].failed == 1
    span = await watch.span("publish a")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "PayloadTooLargeError"


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
async def test_mqtt_3_1_1_carries_no_context_and_works_without_it(clients: Clients, watch: Watch):
    with LocalBroker(kind="mosquitto") as broker:
        client = await clients(broker.url, "me", observer=watch.telemetry, transport="auto", protocol="3.1.1")
        await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
        await client.publish(MEMORY_QUERY, MemoryQuery(text="Mars"))
        assert (await watch.span("process memory/query")).parent is None


async def test_metrics_have_few_labels_and_the_names_of_the_conventions(
    memory_broker: MemoryBroker, clients: Clients, watch: Watch
):
    client = await clients(memory_broker.url, "me", observer=watch.telemetry)
    inbox: Inbox[Event[Frame, FrameParams]] = Inbox()
    await client.on(CAMERA_FRAME, inbox)
    for camera in ("left", "right", "top"):
        await client.publish(CAMERA_FRAME, Frame(data="x"), params=FrameParams(camera_id=camera))
    await watch.span("process camera/{camera_id}/frame", 3)
    for name in (
        "messaging.client.sent.messages",
        "messaging.client.consumed.messages",
        "messaging.client.operation.duration",
        "messaging.process.duration",
    ):
        ((labels, count),) = watch.points(name)
        assert count == 3, name
        assert labels["messaging.destination.template"] == "camera/{camera_id}/frame"
        assert "messaging.destination.name" not in labels
        assert "messaging.client.id" not in labels


async def test_the_counters_of_watched_clients_are_metrics(memory_broker: MemoryBroker, clients: Clients, watch: Watch):
    client = await clients(memory_broker.url, "me")
    watch.telemetry.watch(client)
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    memory_broker.publish("memory/query", b"{")
    await client.publish(MEMORY_QUERY, MemoryQuery(text="Mars"))
    await eventually(lambda: client.stats().total("handled") == 1)
    labels = {"messaging.client.id": "me", "messaging.destination.subscription.name": "memory/query"}
    for name, value in (("received", 2), ("handled", 1), ("invalid", 1), ("in_flight", 0)):
        assert watch.points(f"topicwright.{name}") == [(labels, value)], name
    assert watch.points("topicwright.reconnects") == [({"messaging.client.id": "me"}, 0)]


async def test_without_an_sdk_nothing_changes(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, "me", observer=Telemetry())
    await client.serve(MEMORY, answer_memory)
    reply: MemoryQueryResult = await client.request(MEMORY, MemoryQuery(text="Mars"))
    assert reply.query == "Mars"
    assert all(not message.properties.user for message in memory_broker.messages)


def test_from_env_takes_an_observer(monkeypatch: pytest.MonkeyPatch, watch: Watch):
    monkeypatch.setenv("MQTT_URL", "mqtt://localhost")
    assert MQTTClient.from_env(client_id="me", observer=watch.telemetry)._core.observer is watch.telemetry
