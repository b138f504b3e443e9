"""SIGTERM and SIGINT for a thread that waits."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType
from typing import Any

from topicwright.client.connection.signals import SIGNALS


@contextmanager
def cancelled_by_signals(future: Future[Any], *, wanted: bool) -> Generator[None]:
    """Cancel ``future`` at a signal, where the caller is the main thread; then restore the handlers of before."""
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield
        return

    def cancel(number: int, frame: FrameType | None) -> None:
        future.cancel()

    before = {number: signal.signal(number, cancel) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
