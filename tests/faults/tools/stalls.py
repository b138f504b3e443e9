"""How long a backlog of a handler that never waits keeps the event loop from everybody else.

``python -m tests.faults.tools.stalls --messages 1000 --milliseconds 5``

The messages are queued while the client is away. A stall is the CPU time between two turns of another task, so that a
busy machine does not add to it; the time of the clock is printed beside.
"""

from __future__ import annotations

import argparse
import asyncio
import time

from topicwright import MQTTClient
from topicwright.testing import LocalBroker


class Turns:
    """The longest times between two turns of the event loop, in seconds."""

    def __init__(self) -> None:
        self.cpu = self.clock = 0.0

    async def watch(self) -> None:
        cpu, clock = time.thread_time(), time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now_cpu, now_clock = time.thread_time(), time.perf_counter()
            self.cpu, self.clock = max(self.cpu, now_cpu - cpu), max(self.clock, now_clock - clock)
            cpu, clock = now_cpu, now_clock


async def measure(over: str, messages: int, seconds: float) -> str:
    """Return the figures of one transport, as a row of a table."""
    handled, quick = 0, 0
    half, all_ = asyncio.Event(), asyncio.Event()

    async def slow(payload: bytes) -> None:
        nonlocal handled
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass
        handled += 1
        if handled == messages // 2:
            half.set()
        if handled == messages:
            all_.set()

    async def other(payload: bytes) -> None:
        nonlocal quick
        quick += 1

    with LocalBroker(kind="mosquitto") as broker:
        client = MQTTClient(broker.url, "client", transport=over, keepalive=60)
        await client.connect()
        await client.subscribe("slow", slow, qos=1)
        await client.subscribe("quick", other, qos=1)
        await client.shutdown()
        async with MQTTClient(broker.url, "peer") as peer:
            for _ in range(messages):
                await peer.publish_bytes("slow", b"x", qos=1)
            turns = Turns()
            watching = asyncio.create_task(turns.watch())
            await client.connect()
            await half.wait()
            for _ in range(20):
                await peer.publish_bytes("quick", b"x", qos=1)
            between = quick if handled < messages else 0
            await all_.wait()
            watching.cancel()
        stats = client.stats()
        await client.shutdown()
    stalls = f"{turns.cpu * 1000:.0f} ms | {turns.clock * 1000:.0f} ms"
    return f"| {over} | {handled} | {stats.reconnects} | {stalls} | {between} of 20 |"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--milliseconds", type=float, default=5.0)
    options = parser.parse_args()
    print("| transport | calls | reconnects | longest stall, CPU | by the clock | others handled meanwhile |")
    print("|---|---|---|---|---|---|")
    for over in ("engine", "library"):
        print(await measure(over, options.messages, options.milliseconds / 1000))


if __name__ == "__main__":
    asyncio.run(main())
