"""``topicwright watch``: generates whenever a file has changed. Polling works everywhere and needs no library."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from topicwright_codegen.commands.arguments import add_compiling, config_of
from topicwright_codegen.commands.generate import generate
from topicwright_codegen.commands.outcome import reporter_of, status_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.project.config import Config, UsageError
from topicwright_codegen.project.packages import each, packages_of

EXAMPLE: str = "topicwright watch asyncapi.yaml --package robots --output src"
INTERVAL = 0.3
"""Seconds between two polls; an editor's save takes one or two."""

State: TypeAlias = dict[Path, tuple[int, int, int]]
"""By file: the time of its last change in nanoseconds, its size and its inode."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_compiling(parser)
    parser.set_defaults(endless=True)


def run(options: argparse.Namespace) -> int:
    """Generate until Ctrl-C. A run that fails reports why, and leaves the package unchanged."""
    reporter = reporter_of(options)

    def once(options: argparse.Namespace) -> int:
        for config in configs_of(options):
            generate(config, reporter)
        return 0

    def attempt() -> None:
        if status_of(once, options, "topicwright watch"):
            streams.status("topicwright: the package is as it was")

    streams.status("topicwright: watching the catalog, Ctrl-C to stop")
    with suppress(KeyboardInterrupt):
        watch(attempt, lambda: _watched(options, reporter.read), lambda: True)
    return 0


def configs_of(options: argparse.Namespace) -> Iterator[Config]:
    """Yield the configuration of each package, or of the one that the options name."""
    explicit = bool(options.paths or options.source)
    for _ in each(() if explicit else packages_of(Path.cwd(), options.package)):
        yield config_of(options)


def _watched(options: argparse.Namespace, read: Iterable[Path]) -> set[Path]:
    """Return the files that a run depends on, as far as they are known."""
    from topicwright_codegen.documents.source import candidates

    paths = {folder / "pyproject.toml" for folder in (Path.cwd(), *Path.cwd().parents)}
    paths.update(read)
    with suppress(UsageError):
        for config in configs_of(options):
            paths.update(path.resolve() for path, _ in candidates(config.sources))
            paths.update(config.templates.glob("*.jinja") if config.templates else ())
    return paths


def watch(run: Callable[[], object], files: Callable[[], Iterable[Path]], going: Callable[[], bool]) -> None:
    """Call ``run`` now and after each change of ``files``, while ``going()`` is true."""
    seen: State | None = None
    while going():
        # Polled before the run: a change during the run is seen by the next poll.
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
    state: State = {}
    for path in files:
        try:
            status = path.stat()
        except OSError:
            continue
        state[path] = status.st_mtime_ns, status.st_size, status.st_ino
    return state
