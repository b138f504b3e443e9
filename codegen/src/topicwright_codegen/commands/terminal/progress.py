"""What a command is doing, as one line of a terminal that goes away; only for what takes longer than two seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from topicwright_codegen.commands.terminal.colours import is_terminal
from topicwright_codegen.diagnostics import steps

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

PATIENCE: Final = 2.0
"""Seconds of a run without a word of it."""
_PER_SECOND: Final = 4


@contextmanager
def shown(name: str) -> Generator[None]:
    """Show a line on standard error while the block runs, from ``PATIENCE`` seconds on, if that is a terminal.

    Args:
        name: what runs; nothing is shown without it, nor for a block in another one.
    """
    if not name or _shown or not is_terminal(sys.stderr):
        yield
        return
    line = _Line(name)
    _shown.append(line)
    try:
        with line.hidden():  # so the timer starts, and is gone in the end
            pass
        yield
    finally:
        _shown.remove(line)
        line.end()


@contextmanager
def hidden() -> Generator[None]:
    """Take the line away while the block writes."""
    if not _shown:
        yield
        return
    with _shown[-1].hidden():
        yield


class _Line:
    def __init__(self, name: str) -> None:
        self._name = name
        self._since = time.monotonic()
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._live: Live | None = None
        self._ended = False

    @contextmanager
    def hidden(self) -> Generator[None]:
        with self._lock:
            self._stop()
            yield
            left = max(PATIENCE - (time.monotonic() - self._since), 0.1)
            self._timer = threading.Timer(left, self._start)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        with self._lock:
            self._ended = True
            self._stop()

    def _start(self) -> None:
        from rich.console import Console
        from rich.live import Live

        with self._lock:
            if self._ended or self._live is not None:
                return
            console = Console(file=sys.stderr, force_terminal=True)
            self._live = Live(
                console=console,
                get_renderable=self._text,
                refresh_per_second=_PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def _text(self) -> Text:
        from rich.text import Text

        seconds = int(time.monotonic() - self._since)
        doing = f": {steps.current()}" if steps.current() else ""
        return Text(f"{self._name}{doing}, {seconds} s", style="dim", no_wrap=True, overflow="ellipsis")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._live is not None:
            self._live.stop()
            self._live = None


_shown: list[_Line] = []
"""The line of the command that runs; none without a terminal."""
