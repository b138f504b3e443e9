"""OpenTelemetry: spans that follow a message across services, and metrics, with its conventions for messaging.

``MQTTClient(..., observer=Telemetry())`` enables it; ``topicwright[opentelemetry]`` installs its dependencies.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Final

try:
    from opentelemetry import context, metrics, propagate, trace
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("install topicwright[opentelemetry]", name=error.name) from error
from opentelemetry.propagators.textmap import Setter, TextMapPropagator
from opentelemetry.trace import Link, SpanKind
from topicwright.config.settings import Settings
from topicwright.mqtt.message import Outgoing
from topicwright.telemetry.measured import Measured
from topicwright.telemetry.metric_help import BY_FILTER, OF_CLIENT
from topicwright.telemetry.observer import Received, Sent
from typing_extensions import override

_SCOPE: Final = "topicwright"
_SUBSCRIPTION: Final = "messaging.destination.subscription.name"
Labels = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation of a client, in the terms of the conventions."""

    name: str
    kind: str
    """The operation type of the conventions."""
    span: SpanKind


_PUBLISH: Final = _Operation("publish", "send", SpanKind.PRODUCER)
_PROCESS: Final = _Operation("process", "process", SpanKind.CONSUMER)


class _UserProperties(Setter[dict[str, str]]):
    """Lets a propagator write user properties."""

    @override
    def set(self, carrier: dict[str, str], key: str, value: str) -> None:
        carrier[key] = value


class Telemetry:
    """An observer that makes spans and metrics with the given providers, by default the global ones of OpenTelemetry.

    The trace context is sent in MQTT 5 user properties, in the format of the propagator: ``traceparent`` by default.
    The span of a handler is a child of the publisher's span and has a link to it.
    """

    def __init__(
        self,
        *,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
        propagator: TextMapPropagator | None = None,
    ) -> None:
        self._tracer = trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)
        self._propagator = propagator or propagate.get_global_textmap()
        meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._sent = meter.create_counter(
            "messaging.client.sent.messages", "{message}", "Messages that were published, or failed to be."
        )
        self._consumed = meter.create_counter(
            "messaging.client.consumed.messages", "{message}", "Messages that handlers were called with."
        )
        self._sending = meter.create_histogram(
            "messaging.client.operation.duration", "s", "From publishing to the broker's acknowledgement."
        )
        self._processing = meter.create_histogram("messaging.process.duration", "s", "One call of a handler.")

        self._watched: list[Measured] = []
        self._watch(meter)

    def watch(self, client: Measured) -> None:
        """Also export the counters of a client, such as ``topicwright.dropped`` and ``topicwright.reconnects``."""
        self._watched.append(client)

    def _watch(self, meter: metrics.Meter) -> None:
        for name, text in OF_CLIENT.items():
            meter.create_observable_counter(f"topicwright.{name}", [partial(self._of_clients, name)], "1", text)
        for name, text in BY_FILTER.items():
            meter.create_observable_counter(f"topicwright.{name}", [partial(self._by_filter, name)], "{message}", text)
        text = "Messages being handled or waiting for a handler."
        callback = partial(self._by_filter, "in_flight")
        meter.create_observable_gauge("topicwright.in_flight", [callback], "{message}", text)
        text = "Subscriptions that are wanted and that the broker refuses."
        callback = partial(self._of_clients, "subscriptions_missing")
        meter.create_observable_gauge("topicwright.subscriptions_missing", [callback], "1", text)

    def _of_clients(self, name: str, options: metrics.CallbackOptions) -> Iterator[metrics.Observation]:
        for client in list(self._watched):
            yield metrics.Observation(getattr(client.stats(), name), {"messaging.client.id": client.client_id})

    def _by_filter(self, name: str, options: metrics.CallbackOptions) -> Iterator[metrics.Observation]:
        for client in list(self._watched):
            for topic_filter, counts in client.stats().filters.items():
                labels = {"messaging.client.id": client.client_id, _SUBSCRIPTION: topic_filter}
                yield metrics.Observation(getattr(counts, name), labels)

    @contextmanager
    def publishing(self, sent: Sent) -> Generator[Outgoing]:
        """Make a producer span, and add its context to the message."""
        message, settings = sent.message, sent.settings
        labels = _labels(settings, _PUBLISH, sent.address)
        details = _details(settings, message.topic, len(message.payload))
        with self._measured(labels, self._sent, self._sending), self._span(_PUBLISH, labels, details):
            yield self._injected(message) if sent.version == 5 else message

    @contextmanager
    def handling(self, received: Received) -> Generator[None]:
        """Make a consumer span as a child of the publisher's."""
        message, settings = received.message, received.settings
        labels = _labels(settings, _PROCESS, received.address)
        details = _details(settings, message.topic, len(message.payload), received.id)
        origin = self._propagator.extract(dict(message.properties.user), context.Context())
        created = trace.get_current_span(origin).get_span_context()
        links = [Link(created)] if created.is_valid else []
        parent = origin if created.is_valid else None
        with (
            self._measured(labels, self._consumed, self._processing),
            self._span(_PROCESS, labels, details, parent, links),
        ):
            yield

    def _injected(self, message: Outgoing) -> Outgoing:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, setter=_UserProperties())
        if not carrier:
            return message
        others = (pair for pair in message.properties.user if pair[0] not in carrier)
        return replace(message, properties=replace(message.properties, user=(*others, *carrier.items())))

    @contextmanager
    def _span(
        self,
        operation: _Operation,
        labels: Labels,
        details: Labels,
        parent: context.Context | None = None,
        links: Iterable[Link] = (),
    ) -> Generator[None]:
        name = f"{operation.name} {labels['messaging.destination.template']}"
        attributes = {**labels, **details}
        with self._tracer.start_as_current_span(
            name, parent, kind=operation.span, attributes=attributes, links=list(links)
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__qualname__)
                raise

    @contextmanager
    def _measured(self, labels: Labels, counter: metrics.Counter, duration: metrics.Histogram) -> Generator[None]:
        since = perf_counter()
        try:
            yield
        except BaseException as error:
            labels = {**labels, "error.type": type(error).__qualname__}
            raise
        finally:
            counter.add(1, labels)
            duration.record(perf_counter() - since, labels)


def _labels(settings: Settings, operation: _Operation, address: str) -> Labels:
    """Return the attributes of spans and metrics, which have few values."""
    return {
        "messaging.system": "mqtt",
        "messaging.operation.name": operation.name,
        "messaging.operation.type": operation.kind,
        "messaging.destination.template": address,
        "server.address": settings.mqtt_url.host,
        "server.port": settings.mqtt_url.port,
    }


def _details(settings: Settings, topic: str, size: int, conversation: str = "") -> Labels:
    """Return the attributes of spans only."""
    details: Labels = {
        "messaging.client.id": settings.client_id,
        "messaging.destination.name": topic,
        "messaging.message.body.size": size,
    }
    return {**details, "messaging.message.conversation_id": conversation} if conversation else details
