"""Measures a stretch of a process: CPU seconds of all its threads, wall clock, memory."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> float:
    """Return the resident memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def peak() -> float:
    """Return the most resident memory that this program had, in MB; ``getrusage`` would count the parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


class Meter:
    """CPU and wall clock from ``start`` to ``stop``."""

    def start(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, count: int) -> dict[str, float]:
        """Return CPU microseconds a message, messages a second and peak memory in MB."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return {"cpu": cpu / count * 1e6, "rate": count / wall, "peak": peak()}


class Counter:
    """Counts received messages: the first ``warm`` start a meter, ``count`` more stop it."""

    def __init__(self, warm: int, count: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._meter = Meter()
        self._left = warm
        self._count = count
        self._started = False
        self.result: asyncio.Future[dict[str, float]] = self._loop.create_future()

    def seen(self) -> None:
        """Count one."""
        self._left -= 1
        if self._left:
            return
        if self._started:
            self._loop.call_soon_threadsafe(self._finish, self._meter.stop(self._count))
        else:
            self._started, self._left = True, self._count
            self._meter.start()

    def _finish(self, result: dict[str, float]) -> None:
        if not self.result.done():
            self.result.set_result(result)
