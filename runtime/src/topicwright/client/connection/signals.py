"""SIGTERM and SIGINT for every client of an event loop that waits for its end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final
from weakref import WeakKeyDictionary

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
# An event loop has one handler for a signal, however many clients run in it.
_waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, set[asyncio.Event]] = WeakKeyDictionary()


@contextmanager
def termination() -> Generator[asyncio.Event]:
    """Yield an event that is set by SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    waiting = _waiting.setdefault(loop, set())
    event = asyncio.Event()
    waiting.add(event)
    with suppress(NotImplementedError, RuntimeError, ValueError):  # only the main thread of a Unix process can
        for number in SIGNALS:
            loop.add_signal_handler(number, _set_all, waiting)
    try:
        yield event
    finally:
        waiting.discard(event)
        if not waiting:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                for number in SIGNALS:
                    loop.remove_signal_handler(number)


def _set_all(waiting: set[asyncio.Event]) -> None:
    for event in waiting:
        event.set()
