"""The summary at the end of the demo, with measured and counted values."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tars.memory import MemoryQuery
from tars.services import UiWeb
from tars_services.memory_store import MemoryStore

from .ledger import Ledger
from .processes import Services

PROBES = 200
PROBE_ID = "tars-demo"
PROBED = frozenset({"memory.query", "memory.query.result"})
"""The event types of the measurement."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run."""

    ledger: Ledger
    spoken: int
    round_trips: list[float]
    exit_codes: dict[str, int]


async def probe(services: Services) -> list[float]:
    """Return the durations of ``PROBES`` typed requests to memory-worker, in seconds."""
    times: list[float] = []
    async with UiWeb(services.url, PROBE_ID, session_expiry=0) as tars:
        for _ in range(PROBES):
            start = time.perf_counter()
            await tars.request_memory_query(MemoryQuery(text="planet Mars"), timeout=10)
            times.append(time.perf_counter() - start)
    return times


def not_stored(ledger: Ledger, folder: Path) -> list[str]:
    """Return a line for each sentence that is not in memory-worker's database, although it was killed in between."""
    store = MemoryStore(str(folder / "memory.db"))
    sentences = [*ledger.of("stt.final"), *ledger.of("tts.say")]
    missing = max(0, len(sentences) - store.count())
    store.close()
    return [f"a sentence that memory-worker should have stored ({missing} of {len(sentences)})"] * missing


def invalid(folder: Path) -> int:
    """Return the number of invalid messages, from the counters of the services."""
    files = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    return sum(int(counts["invalid"]) for stats in files for counts in stats["filters"].values())


def print_summary(terminal: Console, report: Report, folder: Path) -> bool:
    """Print the summary, and return whether the run was without errors."""
    lost = report.ledger.missing(report.spoken) + not_stored(report.ledger, folder)
    bad = invalid(folder)
    crashed = {name: code for name, code in report.exit_codes.items() if code != 0}
    table = Table("event", "messages", title="What passed")
    for kind, count in report.ledger.counts().items():
        table.add_row(kind, str(count))
    terminal.print(table)
    cuts = statistics.quantiles(report.round_trips, n=100)
    median, slowest = cuts[49] * 1000, cuts[98] * 1000
    terminal.print(f"round trip of {len(report.round_trips)} memory queries: p50 {median:.2f} ms, p99 {slowest:.2f} ms")
    counts = f"invalid messages {bad}   lost messages {len(lost)}   services that failed {len(crashed)}"
    terminal.print(f"utterances {report.spoken}   {counts}")
    for what in lost:
        terminal.print(f"[red]lost: {what}[/red]")
    for name, code in crashed.items():
        terminal.print(f"[red]{name} exited with {code}[/red]")
    return not lost and not bad and not crashed
