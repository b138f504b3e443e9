"""``python -m tests.bench``: measure; a whole run is compared with the one before and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from topicwright.testing import LocalBroker

from .measures import MEASURES, Measure
from .processes.cores import leave_one
from .processes.profiling import shares
from .processes.run import Bench
from .report.machine import machine
from .report.page import MAIN, Run, show, write
from .targets import BY_NAME, Samples, compared

EMBEDDED = ("ours", "bare", "bare+codec", "aiomqtt", "paho", "gmqtt", "zmqtt", "FastStream")
"""Who is measured with that broker too: it speaks MQTT 5 alone."""
PROFILED = ("publish-0", "publish-64", "receive-1", "request")
FUNCTIONS = 14

Chosen = Sequence[tuple[Measure, Sequence[str]]]


async def take_turns(bench: Bench, chosen: Chosen, rounds: int, seconds: float) -> Samples:
    """Let all clients take turns: what the targets compare round after round, everything else once.

    Each of the two takes ``seconds``, about: what is not reached by then is not measured.
    """
    samples: Samples = defaultdict(list)
    turns = [(measure, peer) for measure, peers in chosen for peer in peers]
    until = time.monotonic() + seconds
    for number in range(rounds):
        for measure, peer in turns:
            if compared(measure.name, peer) and (number == 0 or time.monotonic() < until):
                samples[measure.name, peer].append(await one(bench, measure, peer))
        print(f"round {number + 1}: {until - time.monotonic():.0f} s left", file=sys.stderr)
    until = time.monotonic() + seconds
    for measure, peer in turns:
        if not compared(measure.name, peer) and time.monotonic() < until:
            samples[measure.name, peer].append(await one(bench, measure, peer))
    return samples


async def one(bench: Bench, measure: Measure, peer: str) -> dict[str, float]:
    """Measure once; a client that fails is said so, and the others go on."""
    try:
        return await bench.run(measure, peer)
    except Exception as error:
        print(f"{measure.name}, {peer}: {error!r}", file=sys.stderr)
        return {}


async def profile(port: int, folder: Path) -> dict[str, list[tuple[str, int, float]]]:
    """Return where our own CPU goes."""
    found: dict[str, list[tuple[str, int, float]]] = {}
    for measure in (item for item in MEASURES if item.name in PROFILED):
        path = str(folder / measure.name)
        await Bench("127.0.0.1", port, profile=path).run(measure, "ours")
        found[measure.name] = shares(path, FUNCTIONS)
    return found


async def whole(options: argparse.Namespace, chosen: Chosen, about: dict[str, str]) -> Run:
    with LocalBroker(kind="mosquitto") as broker, tempfile.TemporaryDirectory() as folder:
        samples = await take_turns(
            Bench("127.0.0.1", broker.port, options.scale), chosen, options.rounds, options.seconds
        )
        profiles = {} if options.only else await profile(broker.port, Path(folder))
    run = Run(about, max(map(len, samples.values())), samples, profiles=profiles)
    if not options.only:
        few = [(BY_NAME[name], EMBEDDED) for name in (*MAIN, "request")]
        with LocalBroker(kind="iotcore") as broker:
            run.embedded = await take_turns(Bench("127.0.0.1", broker.port, options.scale), few, 1, options.seconds)
    return run


def is_wanted(measure: Measure, only: Sequence[str]) -> bool:
    return not only or any(measure.name == name or measure.name.startswith(f"{name}-") for name in only)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    names = sorted({measure.name.partition("-")[0] for measure in MEASURES})
    parser.add_argument("--only", default="", help=f"a part, which writes nothing: {', '.join(names)}, with commas")
    parser.add_argument("--peers", default="", help="only these clients, with commas; writes nothing")
    parser.add_argument("--rounds", type=int, default=5, help="at most")
    parser.add_argument("--seconds", type=float, default=360, help="for the rounds, and as many for the rest")
    parser.add_argument("--scale", type=float, default=0.4, help="multiply the numbers of messages")
    options = parser.parse_args()
    options.only = options.only or (options.peers and ",".join(names))
    only, peers = [name for name in options.only.split(",") if name], set(options.peers.split(",")) - {""}
    chosen = [(m, [p for p in m.peers if not peers or p in peers]) for m in MEASURES if is_wanted(m, only)]
    try:
        about = machine()
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is not installed: uv sync --inexact --group bench")
    leave_one()
    run = asyncio.run(whole(options, chosen, about))
    print(show(run) if only else write(run))


if __name__ == "__main__":
    main()
