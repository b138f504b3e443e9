"""Accounts for every message while brokers, consumers, publishers and the network fail at random.

``python -m tests.faults.tools.soak --messages 200000 --kills 60 --minutes 30 --seed 1``

Three publishers and three consumers are processes of their own, each behind a proxy. mosquitto runs without
persistence. Faults come at random points of the progress. At the end each message is accounted for by its id.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from topicwright.testing import LocalBroker

from tests.faults.tools.soak_roles import LINE, PAIRS, behind, named, play
from tests.paths import ROOT
from tests.runtime.support.network import Proxy

OUTAGE = 0.3
"""Seconds that a killed broker stays down, and a cut network refuses connections, at most."""
PATIENCE = 30.0
"""Seconds without progress after which what is missing at the end counts as lost."""
Processes = list[subprocess.Popen[bytes]]


@dataclass
class Run:
    """Everything that is running."""

    options: argparse.Namespace
    folder: Path
    broker: LocalBroker
    chance: random.Random
    proxies: list[Proxy] = field(default_factory=list[Proxy])
    consumers: Processes = field(default_factory=Processes)
    publishers: Processes = field(default_factory=Processes)
    done: Counter[str] = field(default_factory=Counter[str])

    at_kills: list[list[int]] = field(default_factory=list[list[int]])
    """What each publisher had given when the broker was killed."""
    furthest: int = 0
    """The most messages that were given and not worked off when the broker was killed."""

    @property
    def total(self) -> int:
        """How many messages each publisher sends."""
        return int(self.options.messages) // PAIRS

    def spawn(self, role: str, number: int) -> subprocess.Popen[bytes]:
        """Start a consumer or publisher behind its proxy."""
        proxy = self.proxies[number if role == "consumer" else number + PAIRS]
        options = self.options
        more = [self.total, options.window, options.rate / PAIRS] if role == "publisher" else []
        command = [sys.executable, "-m", "tests.faults.tools.soak", "--role", role, proxy.url]
        arguments = [str(number), str(self.folder), *map(str, more)]
        return subprocess.Popen([*command, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def given(self) -> int:
        """Return how many messages the outboxes have taken."""
        return sum(self.given_by(number) for number in range(PAIRS))

    def given_by(self, number: int) -> int:
        """Return how many messages the outbox of one publisher has taken."""
        path = self.folder / f"given-{number}"
        return path.stat().st_size // LINE if path.exists() else 0

    def worked(self) -> Counter[str]:
        """Return how often the work of each message was done."""
        found: Counter[str] = Counter()
        for path in self.folder.glob("consumer-*.db"):
            with closing(sqlite3.connect(path, timeout=30)) as database:
                found.update(dict(database.execute("SELECT name, count(*) FROM work GROUP BY name")))
        return found

    async def kill_broker(self) -> None:
        await asyncio.to_thread(self.broker.kill)
        self.at_kills.append([self.given_by(number) for number in range(PAIRS)])
        self.furthest = max(self.furthest, behind(self.folder))
        await asyncio.sleep(self.chance.uniform(0, OUTAGE))
        await asyncio.to_thread(self.broker.start)

    async def kill_consumer(self) -> None:
        await self._restart("consumer", self.consumers)

    async def kill_publisher(self) -> None:
        await self._restart("publisher", self.publishers)

    async def _restart(self, role: str, processes: Processes) -> None:
        number = self.chance.randrange(PAIRS)
        processes[number].kill()
        processes[number].wait()
        await asyncio.sleep(self.chance.uniform(0, OUTAGE))
        processes[number] = self.spawn(role, number)

    async def fail_network(self) -> None:
        proxy = self.chance.choice(self.proxies)
        proxy.refuse, proxy.swallow = self.chance.choice([(True, False), (False, True), (False, False)])
        if not proxy.swallow:
            proxy.cut()
        await asyncio.sleep(self.chance.uniform(0, OUTAGE))
        proxy.refuse = False
        if proxy.swallow:  # bytes are missing from the streams: only new connections are good
            proxy.swallow = False
            proxy.cut()

    async def faults(self) -> None:
        """Do every fault at its point of the progress."""
        options = self.options
        acts: list[Callable[[], object]] = [self.kill_broker] * options.kills
        acts += [self.kill_consumer] * options.consumer_kills + [self.kill_publisher] * options.publisher_kills
        acts += [self.fail_network] * options.cuts
        self.chance.shuffle(acts)
        points = sorted(self.chance.uniform(0.02, 0.98) * options.messages for _ in acts)
        for point, act in zip(points, acts, strict=True):
            while self.given() < point:  # noqa: ASYNC110 - the count is in files of other processes
                await asyncio.sleep(0.02)
            name = getattr(act, "__name__", "")
            await getattr(self, name)()
            self.done[name] += 1

    async def finish(self) -> Counter[str]:
        """Wait until all work is done, or none is done any more; return how often each piece was done."""
        for publisher in self.publishers:
            assert publisher.stdout is not None
            await asyncio.to_thread(publisher.stdout.readline)
        last, since = -1, time.monotonic()
        while len(worked := self.worked()) < self.total * PAIRS and time.monotonic() - since < PATIENCE:
            if (now := worked.total()) != last:
                last, since = now, time.monotonic()
            await asyncio.sleep(0.5)
        return worked


def kill_before(run: Run, name: str) -> int:
    """Return after how many kills of the broker a message was given."""
    number, index = (int(part) for part in name.split("-"))
    return sum(given[number] <= index for given in run.at_kills)


def report(run: Run, seconds: float, worked: Counter[str]) -> int:
    """Print the account; return how many messages are wrong."""
    expected = {named(number, index) for number in range(PAIRS) for index in range(run.total)}
    lost = sorted(expected - worked.keys())
    twice = sorted(name for name, times in worked.items() if times > 1)
    faults = ", ".join(f"{name} {times}" for name, times in sorted(run.done.items()))
    print(f"{seconds:.0f} s, {faults}, seed {run.options.seed}, replay window {run.options.window}")
    print(f"published {len(expected)}, completed {len(worked)}, completed twice {len(twice)}, lost {len(lost)}")
    print(f"at most {run.furthest} were under way when the broker was killed")
    if lost or twice:
        print("given between these kills:", Counter(kill_before(run, name) for name in lost))
        print("lost:", lost, "twice:", twice)
    return len(lost) + len(twice)


async def soak(options: argparse.Namespace, folder: Path) -> int:
    with LocalBroker(kind="mosquitto") as broker:
        async with AsyncExitStack() as stack:
            run = Run(options, folder, broker, random.Random(options.seed))
            for _ in range(PAIRS * 2):
                run.proxies.append(await stack.enter_async_context(Proxy(broker.port)))
            since = time.monotonic()
            try:
                async with asyncio.timeout(options.minutes * 60):
                    run.consumers += [run.spawn("consumer", number) for number in range(PAIRS)]
                    run.publishers += [run.spawn("publisher", number) for number in range(PAIRS)]
                    await run.faults()
                    worked = await run.finish()
                return report(run, time.monotonic() - since, worked)
            finally:
                for process in run.consumers + run.publishers:
                    process.kill()
                    process.wait()


def main() -> int:
    if sys.argv[1:2] == ["--role"]:
        play(*sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=12_000)
    parser.add_argument("--kills", type=int, default=4, help="of the broker; the other faults follow from it")
    for name, half in (("consumer-kills", "half as many"), ("publisher-kills", "a quarter"), ("cuts", "as many")):
        parser.add_argument(f"--{name}", type=int, help=f"default: {half}")
    parser.add_argument("--window", type=int, default=2000, help="replay window of each publisher")
    parser.add_argument("--rate", type=float, default=1200.0, help="messages a second, all publishers together")
    parser.add_argument("--minutes", type=float, default=10.0, help="fail after so long")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    for name, share in (("consumer_kills", 2), ("publisher_kills", 4), ("cuts", 1)):
        if getattr(options, name) is None:
            setattr(options, name, options.kills // share)
    with tempfile.TemporaryDirectory(prefix="topicwright-soak-") as folder:
        return 1 if asyncio.run(soak(options, Path(folder))) else 0


if __name__ == "__main__":
    sys.exit(main())
