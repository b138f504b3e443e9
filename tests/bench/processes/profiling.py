"""Where the CPU goes: cProfile around a role, and its result by function."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Awaitable
from pathlib import Path
from typing import Any


async def profiled(work: Awaitable[None], path: str) -> None:
    """Run ``work`` with the profiler on, and keep what it found in a file."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        await work
    finally:
        profile.disable()
        profile.dump_stats(path)


def shares(path: str, most: int) -> list[tuple[str, int, float]]:
    """Return the functions with the most time of their own: place, calls, and their share of the total in percent."""
    stats: Any = pstats.Stats(path)
    waiting = ("select.epoll", "time.sleep")
    found = [(place, row) for place, row in stats.stats.items() if not any(word in place[2] for word in waiting)]
    total = sum(row[2] for _, row in found) or 1.0
    found.sort(key=lambda item: -item[1][2])
    return [(_name(*place), row[1], row[2] / total * 100) for place, row in found[:most]]


def _name(file: str, line: int, function: str) -> str:
    if file == "~":
        return function
    parts = Path(file).parts[-2:]
    return f"{'/'.join(parts)} {function}"
