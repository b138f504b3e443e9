"""One role in a process of its own, which prints a line of JSON for each step.

Run as ``python -m tests.bench.processes.role PEER ROLE OPTIONS``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from .. import STARTED
from ..peers import Place, make_peer
from ..peers.base import Peer, spread
from .meter import Counter, Meter, peak, resident

PERCENTILES = (50, 99)
LEAST = 0.5
"""Seconds of asking in any case, however long the first requests took."""
SETTLED = 1.0
"""Seconds until memory is looked at."""


def say(**values: object) -> None:
    print(json.dumps(values), flush=True)


async def publish(peer: Peer, options: dict[str, Any]) -> None:
    count, qos, in_flight = options["count"], options["qos"], options["in_flight"]
    await peer.publish_many(options["warm"], qos, in_flight)
    meter = Meter()
    meter.start()
    await peer.publish_many(count, qos, in_flight)
    say(result=meter.stop(count))


async def receive(peer: Peer, options: dict[str, Any]) -> None:
    counter = Counter(options["warm"], options["count"])
    await peer.receive(options["qos"], counter.seen)
    say(ready=True)
    say(result=await counter.result)


async def topics(peer: Any, options: dict[str, Any]) -> None:
    counter = Counter(options["warm"], options["count"])
    await peer.subscribe_each(options["filters"], counter.seen)
    say(ready=True)
    say(result=await counter.result)


async def serve(peer: Peer, options: dict[str, Any]) -> None:
    await peer.serve()
    say(ready=True)
    await asyncio.to_thread(sys.stdin.read)


async def request(peer: Peer, options: dict[str, Any]) -> None:
    """Ask one after the other, for a time or a number of requests."""
    until = time.perf_counter() + options["seconds"]
    for _ in range(20):
        await peer.request()
    until = max(until, time.perf_counter() + LEAST)
    took: list[float] = []
    meter = Meter()
    meter.start()
    while len(took) < options["count"] and time.perf_counter() < until:
        since = time.perf_counter()
        await peer.request()
        took.append(time.perf_counter() - since)
    result = meter.stop(len(took))
    took.sort()
    for percent in PERCENTILES:
        result[f"p{percent}"] = took[min(len(took) * percent // 100, len(took) - 1)] * 1000
    say(result=result)


async def flood(peer: Peer, options: dict[str, Any]) -> None:
    """Ask with many requests under way."""
    await peer.request()
    await spread(options["width"], options["width"], peer.request)
    meter = Meter()
    meter.start()
    await spread(options["count"], options["width"], peer.request)
    say(result=meter.stop(options["count"]))


async def start(peer: Peer, options: dict[str, Any]) -> None:
    """Say what it took from the first line of this process to CONNACK; the import of the library is in it."""
    wall, cpu = STARTED
    say(result={"ms": (time.perf_counter() - wall) * 1000, "cpu_ms": (time.process_time() - cpu) * 1000})


async def idle(peer: Peer, options: dict[str, Any]) -> None:
    await asyncio.sleep(SETTLED)
    say(result={"idle": resident(), "peak": peak()})


ROLES = {role.__name__: role for role in (publish, receive, topics, serve, request, flood, start, idle)}


async def main() -> None:
    name, role, text = sys.argv[1:]
    options = json.loads(text)
    about = options.get("size", 0), options.get("judged", False)
    peer = make_peer(name, Place(options["host"], options["port"], options["client_id"], *about))
    await peer.open()
    if options.get("profile"):
        from .profiling import profiled

        await profiled(ROLES[role](peer, options), options["profile"])
    else:
        await ROLES[role](peer, options)
    await peer.close()


if __name__ == "__main__":
    asyncio.run(main())
