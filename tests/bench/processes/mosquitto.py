"""The ceiling in C: mosquitto_pub and mosquitto_sub. They carry bytes, and write or read lines beside it."""

from __future__ import annotations

import asyncio
import os
import time

from ..measures import Measure
from ..peers import Place
from ..peers.bare import Feeder
from .cores import give_one

FEW = 100
"""The messages of the run whose cost is taken off: that of starting."""


async def run_mosquitto(measure: Measure, host: str, port: int, payload: bytes) -> dict[str, float]:
    """Return CPU and rate of one of the two programs, without its start."""
    run = _publish if measure.role == "publish" else _receive
    qos = measure.options["qos"]
    base_cpu, base_wall = await run(host, port, payload, qos, FEW)
    cpu, wall = await run(host, port, payload, qos, FEW + measure.count)
    result = {"cpu": (cpu - base_cpu) / measure.count * 1e6}
    if measure.role == "receive":  # mosquitto_pub ends when the broker may still be reading
        result["rate"] = measure.count / max(wall - base_wall, 1e-9)
    return result


async def _publish(host: str, port: int, payload: bytes, qos: int, count: int) -> tuple[float, float]:
    return await asyncio.to_thread(_timed, _pub(host, port, qos), (payload + b"\n") * count)


def _pub(host: str, port: int, qos: int) -> list[str]:
    return ["mosquitto_pub", "-V", "5", "-h", host, "-p", str(port), "-q", str(qos), "-t", "bench/c", "-l"]


async def _receive(host: str, port: int, payload: bytes, qos: int, count: int) -> tuple[float, float]:
    feeder = Feeder(Place(host, port, f"bench-feeder-{os.getpid()}"))
    await feeder.open()
    command = ["mosquitto_sub", "-V", "5", "-h", host, "-p", str(port), "-q", str(qos), "-t", "bench/c"]
    received = asyncio.ensure_future(asyncio.to_thread(_timed, [*command, "-C", str(count + 1)], b""))
    await feeder.find("bench/c")
    await feeder.feed(["bench/c"], payload, qos, count)
    await asyncio.sleep(0)  # what is queued is written at the end of this turn
    try:
        return await received
    finally:
        await feeder.close()


def _timed(command: list[str], given: bytes) -> tuple[float, float]:
    """Run a program to its end; return its CPU time and the wall clock, in seconds."""
    read, write = os.pipe()
    since = time.perf_counter()
    actions = [
        (os.POSIX_SPAWN_DUP2, read, 0),
        (os.POSIX_SPAWN_CLOSE, write),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    ]
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    give_one(pid)
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        pipe.write(given)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"{command[0]} failed with status {status}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - since
