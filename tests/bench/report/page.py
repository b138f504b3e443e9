"""docs/benchmarks.md, its chart, and the figures for comparison with the next run. Every figure is measured."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.paths import ROOT

from ..measures import ALL, CEILINGS, MEASURES, OURS
from ..targets import BESIDE, BY_NAME, MEMORY_LIMIT, TARGETS, Samples, Target, extra_memory
from .chart import draw

DOCS: Final = ROOT / "docs"
MAIN: Final = ("publish-0", "publish-1", "publish-64", "receive-0", "receive-1", "paced-1")
"""The measures of the large tables."""
CHARTED: Final = ("publish-0", "publish-64", "receive-0", "receive-1")
AGREE: Final = 0.15
"""How far apart the ratios of two runs may be."""
KEPT: Final = 2
NOT_MEASURED: Final = "-"
FAILED: Final = "failed"
"""The client ended with an error, or took more than its time."""

INTRO: Final = """# Benchmarks

Written by `make bench`, never by hand; the code is in tests/bench. A part is measured in a minute, and nothing is
written, by `.venv/bin/python -m tests.bench --only receive --rounds 3`, after
`uv sync --inexact --group bench`.

The message is an envelope of 507 bytes with three memory results. Each client is a process of its own against a broker
on 127.0.0.1 that has no queue limits and sets TCP_NODELAY. The measured client has a core to itself; the broker, and
whoever sends or answers, share the others. The clients take turns: what is compared in several rounds, as many as a
limit of time allows; everything else is measured once and is an indication. A figure is the median of the rounds, a
ratio the median of the ratios within a round. CPU is that of the measured process alone, all its threads and the
kernel's work for it included, in microseconds a message. The wall clock of a shared machine says little, so messages a
second are an indication.

What is received waits at the broker before the client may begin (it is held by SIGSTOP meanwhile), so that each client
is measured while it is busy. Otherwise the scheduler decides how many messages it finds when it wakes up, and so a
large part of their cost; "as they are sent" is that way. So is QoS 0 for the bare client, which is faster than the
broker. The time of a request, p50 and p99, is by the wall clock, with the same client at both ends.

- **ours**: the generated client over the runtime's engine: typed, validated, acknowledged after the handler.
  **ours-3.1.1**: the same over aiomqtt, in MQTT 3.1.1.
- **bare**: an `asyncio.Protocol` over the codec `mqtt5`, without a session; **bare+codec**: with the cheapest encoding
  and validation known, and a request that waits for its reply alone. **mosquitto**: mosquitto_pub and mosquitto_sub, in
  C, whose lines are read and written too, as they are sent. These are ceilings.
- **aiomqtt** in MQTT 5 and **aiomqtt-3.1.1** count what they receive, unvalidated, and send ready bytes. paho, gmqtt
  and zmqtt send ready bytes and validate what they receive. **FastStream** and **hand-written** (in the style of the
  reference system) take and give models. All have TCP_NODELAY, the same messages and as many of them.
"""
BESIDE_TEXT: Final = """The targets of receiving hold for a client that is busy. Where each message wakes it up, that
costs more than the message does, for all clients. gmqtt acknowledges before its callback is called, and sends ready
bytes.
"""
SIZES: Final = """The payload is one field of text without an envelope, which costs next to nothing to encode and to
validate: so this is what the rest costs. aiomqtt sends ready bytes and does not validate.
"""
NAGLE: Final = """It holds a small packet back until the one before is acknowledged (Nagle's algorithm), and every reply
waits for that.
"""


@dataclass
class Run:
    """Everything that one run found."""

    machine: Mapping[str, str]
    rounds: int
    samples: Samples
    embedded: Samples = field(default_factory=dict[Any, Any])
    profiles: Mapping[str, Sequence[tuple[str, int, float]]] = field(default_factory=dict[str, Any])

    def median(self, measure: str, peer: str, metric: str, *, embedded: bool = False) -> float | None:
        """Return a figure; None where it was not measured."""
        results = (self.embedded if embedded else self.samples).get((measure, peer), [])
        found = [result[metric] for result in results if metric in result]
        return statistics.median(found) if found else None

    def cell(self, measure: str, peer: str, metric: str, *, embedded: bool = False) -> str:
        """Return a figure for a table, or what became of it."""
        value = self.median(measure, peer, metric, embedded=embedded)
        results = (self.embedded if embedded else self.samples).get((measure, peer))
        return FAILED if value is None and results and not any(results) else figure(value)

    def ratios(self) -> dict[str, float]:
        """Return the ratio of every target."""
        found = {target.name: target.ratio(self.samples) for target in TARGETS}
        return {name: round(ratio, 4) for name, ratio in found.items() if ratio is not None}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def figure(value: float | None) -> str:
    if value is None:
        return NOT_MEASURED
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


UNITS: Final = {"cpu": "CPU", "p50": "p50", "p99": "p99"}


def spread(target: Target, run: Run) -> str:
    """Return the least and the most of all rounds, and how many there were."""
    found = target.ratios(run.samples)
    return f"{min(found):.3g} to {max(found):.3g}, {len(found)} rounds" if found else NOT_MEASURED


def what(target: Target) -> str:
    return f"{BY_NAME[target.measure].title}, {target.client}, {UNITS[target.unit]}"


def targets(run: Run) -> str:
    rows: list[list[str]] = []
    for target in TARGETS:
        ratio = target.ratio(run.samples)
        other = BY_NAME[target.other_measure].title if target.other_measure else target.other
        said = "not measured"
        if ratio is not None:
            said = f"{1 / ratio:.2f} times cheaper" if target.limit < 1 else f"{ratio:.2f} times"
        met = NOT_MEASURED if ratio is None else "met" if ratio <= target.limit else "**not met**"
        rows.append([what(target), f"{target.wanted} {other}", said, spread(target, run), met])
    memory = extra_memory(run.samples)
    if memory is not None:
        met = "met" if memory < MEMORY_LIMIT else "**not met**"
        wanted = f"under {MEMORY_LIMIT:g} MB above asyncio with pydantic"
        rows.append(["idle memory, ours", wanted, f"{memory:.1f} MB", "", met])
    return table(["measure", "target", "measured", "ratios of the rounds", ""], rows)


def beside(run: Run) -> str:
    """Return ratios that have no target."""
    rows: list[list[str]] = []
    for target in BESIDE:
        ratio = target.ratio(run.samples)
        other = BY_NAME[target.other_measure].title if target.other_measure else target.other
        if ratio is not None:
            rows.append([what(target), other, f"{ratio:.2f} times", spread(target, run)])
    return table(["measure", "against", "measured", "ratios of the rounds"], rows)


def added(run: Run) -> str:
    """Return what a message costs above the ceilings, in µs."""
    rows: list[list[str]] = []
    for ceiling in CEILINGS:
        cells = [f"above {ceiling}"]
        for name in MAIN:
            mine, least = run.median(name, "ours", "cpu"), run.median(name, ceiling, "cpu")
            cells.append(NOT_MEASURED if mine is None or least is None else figure(mine - least))
        rows.append(cells)
    return table(["ours", *(BY_NAME[name].title.removeprefix("typed ") for name in MAIN)], rows)


def by_client(run: Run, metric: str, measures: Sequence[str], *, embedded: bool = False) -> str:
    """Return a table with a row for each client."""
    peers = [peer for peer in (*ALL, "pydantic") if any(peer in BY_NAME[name].peers for name in measures)]
    rows: list[list[str]] = []
    for peer in peers:
        cells = [run.cell(name, peer, metric, embedded=embedded) for name in measures]
        if any(cell != NOT_MEASURED for cell in cells):
            rows.append([f"**{peer}**" if peer in OURS else peer, *cells])
    return table(["", *(BY_NAME[name].title.removeprefix("typed ") for name in measures)], rows)


def by_metric(run: Run, measure: str, metrics: Mapping[str, str]) -> str:
    """Return a table of several figures of one measure."""
    rows: list[list[str]] = []
    for peer in BY_NAME[measure].peers:
        cells = [run.cell(measure, peer, metric) for metric in metrics]
        if any(cell != NOT_MEASURED for cell in cells):
            rows.append([f"**{peer}**" if peer in OURS else peer, *cells])
    return table(["", *metrics.values()], rows)


def sizes(run: Run) -> str:
    """Return the table of payload sizes."""
    chosen = [measure for measure in MEASURES if measure.options.get("size")]
    peers = chosen[0].peers
    rows: list[list[str]] = []
    for measure in chosen:
        mine, least = (run.median(measure.name, peer, "cpu") for peer in ("ours", "bare+codec"))
        ratio = NOT_MEASURED if mine is None or not least else f"{mine / least:.2f}"
        rows.append([measure.title, *(run.cell(measure.name, peer, "cpu") for peer in peers), ratio])
    return f"{SIZES}\n{table(['', *peers, 'ours : bare+codec'], rows)}"


def agreement(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Say how far the ratios are from those of the run before."""
    if before is None:
        return "There is no earlier run to compare with.\n"
    old, new = before["ratios"], now["ratios"]
    apart = {name: new[name] / old[name] - 1 for name in new if old.get(name)}
    far = {name: by for name, by in apart.items() if abs(by) > AGREE}
    where = f"the run of {before['machine']['when']} (commit {before['machine']['commit']})"
    text = f"Compared with {where}: {len(apart) - len(far)} of {len(apart)} ratios agree within {AGREE:.0%}.\n"
    rows = [[name, f"{old[name]:.3f}", f"{new[name]:.3f}", f"{by:+.0%}"] for name, by in apart.items()]
    return text + "\n" + table(["ratio", "before", "now", ""], rows)


def profiles(run: Run) -> str:
    parts: list[str] = []
    for name, rows in run.profiles.items():
        body = [[f"`{place}`", f"{calls:,}", f"{share:.1f}"] for place, calls, share in rows]
        body.append(["everything else", "", f"{100 - sum(share for _, _, share in rows):.1f}"])
        parts.append(f"{BY_NAME[name].title}:\n\n{table(['function', 'calls', '% of CPU'], body)}")
    return "\n".join(parts)


def document(run: Run, record: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Return docs/benchmarks.md."""
    machine = ", ".join(f"{name} {value}" for name, value in run.machine.items() if name not in ("when", "commit"))
    about = f"{run.machine['when']}, commit {run.machine['commit']}, at most {run.rounds} rounds. {machine}."
    many = ("topics-1", "topics-2000", "topics-1-paced", "topics-2000-paced")
    latency = {"p50": "p50, ms", "p99": "p99, ms", "cpu": "CPU of the asking process, µs"}
    memory = {"idle": "idle, MB", "peak": "peak, MB"}
    sections: list[tuple[str, Callable[[], str]]] = [
        ("Targets", lambda: targets(run)),
        ("Beside the targets", lambda: f"{BESIDE_TEXT}\n{beside(run)}"),
        ("CPU, µs a message", lambda: "![chart](benchmarks.svg)\n\n" + by_client(run, "cpu", MAIN)),
        ("What ours adds, CPU in µs a message", lambda: added(run)),
        ("Messages a second", lambda: by_client(run, "rate", MAIN)),
        ("Request and reply", lambda: by_metric(run, "request", latency)),
        ("1000 requests in flight", lambda: by_metric(run, "flood", {"cpu": "CPU, µs a request", "rate": "a second"})),
        ("Many topics, CPU in µs a message", lambda: by_client(run, "cpu", many)),
        ("Payload sizes, CPU in µs a message", lambda: sizes(run)),
        ("Memory when idle", lambda: by_metric(run, "idle", memory)),
        ("Peak memory while receiving, MB", lambda: by_client(run, "peak", ("receive-0", "receive-1"))),
        ("From import to CONNACK, ms", lambda: by_metric(run, "start", {"ms": "wall clock", "cpu_ms": "CPU"})),
        ("The embedded broker (iotcore), CPU in µs a message", lambda: by_client(run, "cpu", MAIN, embedded=True)),
        ("The embedded broker, p50 in ms", lambda: f"{NAGLE}\n{by_client(run, 'p50', ('request',), embedded=True)}"),
        ("Two runs", lambda: agreement(record, before)),
        ("Where the CPU goes", lambda: f"cProfile of ours, which makes calls look dearer.\n\n{profiles(run)}"),
    ]
    return INTRO + "\n" + about + "\n" + "".join(f"\n## {title}\n\n{body()}" for title, body in sections)


def chart(run: Run) -> str:
    panels: list[tuple[str, dict[str, float]]] = []
    for name in CHARTED:
        values = {peer: run.median(name, peer, "cpu") for peer in BY_NAME[name].peers}
        panels.append((BY_NAME[name].title, {peer: value for peer, value in values.items() if value}))
    return draw(panels, "CPU µs a message")


def medians(run: Run) -> dict[str, dict[str, float]]:
    """Return every figure, for the record."""
    found: dict[str, dict[str, float]] = {}
    for (measure, peer), results in run.samples.items():
        names = sorted({name for result in results for name in result})
        values = {name: run.median(measure, peer, name) for name in names}
        found[f"{measure} {peer}"] = {name: round(value, 3) for name, value in values.items() if value is not None}
    return found


def write(run: Run) -> str:
    """Write the document, the chart and the record; return what a person wants to see at once."""
    path = DOCS / "benchmarks.json"
    runs: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
    before = runs[-1] if runs else None
    record = {"machine": dict(run.machine), "rounds": run.rounds, "ratios": run.ratios(), "medians": medians(run)}
    (DOCS / "benchmarks.md").write_text(document(run, record, before))
    (DOCS / "benchmarks.svg").write_text(chart(run))
    path.write_text(json.dumps([*runs, record][-KEPT:], indent=1) + "\n")
    return f"{targets(run)}\n{agreement(record, before)}"


def show(run: Run) -> str:
    """Return a part of the figures as plain text."""
    lines: list[str] = []
    for name, values in medians(run).items():
        lines.append(f"{name:28}" + "  ".join(f"{key} {value:>10,.2f}" for key, value in values.items()))
    lines += [f"{name:50} {ratio:.3f}" for name, ratio in run.ratios().items()]
    return "\n".join(lines)
