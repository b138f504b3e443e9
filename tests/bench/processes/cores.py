"""The core of each process: the measured client has one of its own, not one by chance."""

from __future__ import annotations

import os
from typing import Final

ALL: Final = sorted(os.sched_getaffinity(0))
APART: Final = len(ALL) > 1


def leave_one() -> None:
    """Keep this process, and what it starts, off the core of the measured client."""
    if APART:
        os.sched_setaffinity(0, ALL[:-1])


def give_one(pid: int) -> None:
    """Put a process that was just started on the core of the measured client."""
    if APART:
        os.sched_setaffinity(pid, ALL[-1:])
