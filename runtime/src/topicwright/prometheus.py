"""Prometheus: the counters and timings of clients, read at each scrape.

``REGISTRY.register(StatsCollector(client))`` enables it; ``topicwright[prometheus]`` installs its dependencies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

try:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("install topicwright[prometheus]", name=error.name) from error
from prometheus_client.registry import Collector
from topicwright.telemetry.measured import Measured
from topicwright.telemetry.metric_help import BY_FILTER, BY_TOPIC, OF_CLIENT
from topicwright.telemetry.stats import BOUNDS, Stats, Timing
from typing_extensions import override

Snapshots = list[tuple[str, Stats, bool]]


class StatsCollector(Collector):
    """Reads the counters of clients at each scrape; labels are client id, and topic or topic filter."""

    def __init__(self, *clients: Measured) -> None:
        self._clients = list(clients)

    def add(self, client: Measured) -> None:
        """Export one more client, since a registry accepts only one collector of a kind."""
        self._clients.append(client)

    def remove(self, client: Measured) -> None:
        """Stop exporting a client."""
        self._clients.remove(client)

    @override
    def collect(self) -> Iterable[Metric]:
        """Return every metric."""
        snapshots = [(client.client_id, client.stats(), client.connected) for client in list(self._clients)]
        yield from _of_clients(snapshots)
        yield from _by_filter(snapshots)
        yield from _by_topic(snapshots)


def _of_clients(snapshots: Snapshots) -> Iterator[Metric]:
    connected = GaugeMetricFamily("topicwright_connected", "Whether there is a connection.", labels=["client_id"])
    text = "Publishes that wait for their acknowledgement."
    in_flight = GaugeMetricFamily("topicwright_publishes_in_flight", text, labels=["client_id"])
    text = "Subscriptions that are wanted and that the broker refuses."
    missing = GaugeMetricFamily("topicwright_subscriptions_missing", text, labels=["client_id"])
    for client_id, stats, up in snapshots:
        connected.add_metric([client_id], up)
        in_flight.add_metric([client_id], stats.in_flight)
        missing.add_metric([client_id], stats.subscriptions_missing)
    yield from (connected, in_flight, missing)
    for name, text in OF_CLIENT.items():
        counter = CounterMetricFamily(f"topicwright_{name}", text, labels=["client_id"])
        for client_id, stats, _ in snapshots:
            counter.add_metric([client_id], getattr(stats, name))
        yield counter


def _by_filter(snapshots: Snapshots) -> Iterator[Metric]:
    rows = [((client, name), counts) for client, stats, _ in snapshots for name, counts in stats.filters.items()]
    labels = ["client_id", "filter"]
    yield from _counters("topicwright", BY_FILTER, labels, rows)
    in_flight = GaugeMetricFamily(
        "topicwright_in_flight", "Messages being handled or waiting for a handler.", labels=labels
    )
    handling = HistogramMetricFamily(
        "topicwright_handling_seconds", "From a handler's start to its end.", labels=labels
    )
    for values, counts in rows:
        in_flight.add_metric(values, counts.in_flight)
        _add(handling, values, counts.handling)
    yield from (in_flight, handling)


def _by_topic(snapshots: Snapshots) -> Iterator[Metric]:
    rows = [((client, name), counts) for client, stats, _ in snapshots for name, counts in stats.topics.items()]
    labels = ["client_id", "topic"]
    yield from _counters("topicwright_publishes", BY_TOPIC, labels, rows)
    text = "From publishing to the broker's acknowledgement."
    timing = HistogramMetricFamily("topicwright_acknowledging_seconds", text, labels=labels)
    for values, counts in rows:
        _add(timing, values, counts.acknowledging)
    yield timing


def _counters(
    prefix: str, texts: dict[str, str], labels: list[str], rows: Iterable[tuple[tuple[str, str], Any]]
) -> Iterator[Metric]:
    for name, text in texts.items():
        counter = CounterMetricFamily(f"{prefix}_{name}", text, labels=labels)
        for values, counts in rows:
            counter.add_metric(values, getattr(counts, name))
        yield counter


def _add(histogram: HistogramMetricFamily, labels: tuple[str, str], timing: Timing) -> None:
    total, buckets = 0, list[tuple[str, float]]()
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), timing.buckets, strict=True):
        total += count
        buckets.append((bound, total))
    histogram.add_metric(labels, buckets, timing.seconds)
