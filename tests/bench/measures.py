"""The measures, and the clients of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

OURS: Final = ("ours", "ours-3.1.1")
CEILINGS: Final = ("bare", "bare+codec")
OTHERS: Final = ("aiomqtt", "aiomqtt-3.1.1", "hand-written", "paho", "gmqtt", "zmqtt", "FastStream")
MOSQUITTO: Final = "mosquitto"
"""mosquitto_pub and mosquitto_sub, in C; they are run by ``mosquitto.py``."""
ALL: Final = (*OURS, *CEILINGS, MOSQUITTO, *OTHERS)


@dataclass(frozen=True)
class Measure:
    """One thing to measure."""

    name: str
    title: str
    role: str
    peers: tuple[str, ...]
    count: int
    """Messages, alike for all clients."""
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    metric: str = "cpu"
    """What it is about: ``cpu`` in µs a message, ``p50`` in ms, ``ms``, ``idle`` in MB."""


def publish(name: str, title: str, peers: tuple[str, ...], count: int, **options: Any) -> Measure:
    return Measure(name, title, "publish", peers, count, {"qos": 1, "in_flight": 1, "size": 0, **options})


def receive(name: str, title: str, peers: tuple[str, ...], count: int, **options: Any) -> Measure:
    return Measure(name, title, "receive", peers, count, {"qos": 1, "size": 0, **options})


def sizes() -> list[Measure]:
    """Return what payloads of other sizes cost."""
    peers = ("ours", "bare+codec", "aiomqtt")
    made: list[Measure] = []
    for size, name, count in (
        (64, "64 B", 8000),
        (500, "500 B", 8000),
        (16_384, "16 KB", 2000),
        (1_048_576, "1 MB", 40),
    ):
        made.append(publish(f"sizes-publish-{size}", f"publish QoS 0, {name}", peers, count, size=size, qos=0))
        made.append(receive(f"sizes-receive-{size}", f"receive QoS 1, {name}", peers, count, size=size))
    return made


def topics(filters: int, *, paced: bool = False) -> Measure:
    """Return what dispatch costs: 10,000 topics under one client."""
    name, title = f"topics-{filters}", f"10,000 topics, {filters:,} subscription{'s' if filters > 1 else ''}"
    options = {"qos": 1, "filters": filters, "size": 0, "paced": paced}
    if paced:
        name, title = f"{name}-paced", f"{title}, as they are sent"
    return Measure(name, title, "topics", ("ours",), 100_000, options)


MEASURES: Final = (
    publish("publish-0", "typed publish QoS 0", ALL, 50_000, qos=0),
    publish("publish-1", "typed publish QoS 1, each awaited", (*OURS, *CEILINGS, *OTHERS), 1_000),
    publish("publish-64", "typed publish QoS 1, 64 in flight", ALL, 30_000, in_flight=64),
    receive("receive-0", "typed receive QoS 0", ALL, 20_000, qos=0),
    receive("receive-1", "typed receive QoS 1", ALL, 40_000),
    receive("paced-1", "typed receive QoS 1, as they are sent", (*OURS, *CEILINGS, *OTHERS), 16_000, paced=True),
    receive("judged-1", "typed receive QoS 1, judged by its schema", ("ours",), 40_000, judged=True),
    Measure(
        "request", "request and reply QoS 1", "request", (*OURS, "bare+codec", *OTHERS), 10_000, {"seconds": 2}, "p50"
    ),
    Measure("flood", "1000 requests in flight", "flood", (*OURS, "bare+codec", "hand-written"), 4_000, {"width": 1000}),
    topics(1),
    topics(2000),
    topics(1, paced=True),
    topics(2000, paced=True),
    *sizes(),
    Measure("idle", "idle memory", "idle", (*OURS, "pydantic", *OTHERS), 1, metric="idle"),
    Measure("start", "from import to CONNACK", "start", (*OURS, "bare", *OTHERS), 1, metric="ms"),
)
