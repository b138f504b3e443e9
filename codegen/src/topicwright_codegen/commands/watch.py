"""Run again whenever a file has changed, by looking at the files: that works everywhere and needs no library."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

INTERVAL = 0.3
"""Seconds between two looks; an editor's save is one look or two."""

State: TypeAlias = dict[Path, tuple[int, int, int]]


def watch(run: Callable[[], object], files: Callable[[], Iterable[Path]], going: Callable[[], bool]) -> None:
    """Call ``run`` now and after each change of ``files``, as long as ``going`` says so."""
    seen: State | None = None
    while going():
        # Looked at before the run: what changes while it runs is seen at the next look.
        state = _state(files())
        if state != seen:
            since = time.time_ns()
            run()
            # A run may name further files; one that has changed since it began may have been read before that.
            named = {path: now for path, now in _state(files()).items() if now[0] < since}
            seen = {**named, **state}
        else:
            time.sleep(INTERVAL)


def _state(files: Iterable[Path]) -> State:
    found: State = {}
    for path in files:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = status.st_mtime_ns, status.st_size, status.st_ino
    return found
