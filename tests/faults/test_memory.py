"""Rows 22 and 23: a handler that is too slow needs little memory, and dropped messages are counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from topicwright.testing import LocalBroker

from tests.runtime.support.clients import needs_mosquitto
from tests.runtime.support.network import Child

pytestmark = [needs_mosquitto, pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")]
SECONDS = float(os.environ.get("SLOW_HANDLER_SECONDS", "8"))
LIMIT = 64 * 1024
RATE = 3000

READER = """
import asyncio, sys, time
from topicwright import MQTTClient

def resident():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])

async def main():
    url, over, qos, rate, seconds = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
    seen = []
    async def handler(payload):
        await asyncio.sleep(10 / rate)
        seen.append(int(payload[:8]))
    async with MQTTClient(url, "reader", transport=over, shutdown_timeout=0.0) as client:
        await client.subscribe("flood", handler, qos=int(qos))
        print("ready")
        before = most = resident()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(0.25)
            most = max(most, resident())
        counts = client.stats().filters["flood"]
        print("growth", most - before)
        print("dropped", counts.dropped)
        print("handled", counts.handled)
        print("waiting", counts.received - counts.handled - counts.dropped)
        print("ordered", seen == sorted(seen))
        print("through")
asyncio.run(main())
"""
WRITER = """
import asyncio, sys, time
from topicwright import MQTTClient
from topicwright.mqtt.message import Outgoing

async def main():
    url, qos, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    client = MQTTClient(url, "writer", outbox_size=1000)
    await client.connect()
    start, number, filling = time.monotonic(), 0, b"x" * 1016
    while True:
        tasks = []
        while number < (time.monotonic() - start) * rate:
            message = Outgoing(topic="flood", payload=b"%08d" % number + filling, qos=qos)
            tasks.append(client._publisher.send(message))
            number += 1
        await asyncio.gather(*tasks)
        await asyncio.sleep(0.01)
asyncio.run(main())
"""


def said(child: Child, word: str) -> str:
    return next(line.split()[1] for line in child.lines if line.startswith(word))


async def flood(over: str, qos: int) -> Child:
    with LocalBroker(kind="mosquitto") as broker:
        async with Child(READER, broker.url, over, str(qos), str(RATE), str(SECONDS)) as reader:
            await reader.says("ready")
            async with Child(WRITER, broker.url, str(qos), str(RATE)):
                await reader.says("through", timeout=SECONDS + 20)
    print(over, "QoS", qos, {word: said(reader, word) for word in ("growth", "dropped", "handled", "waiting")})
    return reader


@pytest.mark.slow
async def test_row_22_qos_0_beyond_a_handlers_pace_is_dropped_and_counted(over: str):
    reader = await flood(over, 0)
    assert int(said(reader, "growth")) < LIMIT
    assert int(said(reader, "dropped")) > 100
    assert said(reader, "ordered") == "True"


@pytest.mark.slow
async def test_row_23_qos_1_beyond_what_a_handler_can_do_waits_at_the_broker(over: str):
    reader = await flood(over, 1)
    assert int(said(reader, "growth")) < LIMIT
    assert int(said(reader, "dropped")) == 0
    assert int(said(reader, "handled")) > 100
