"""Counts what becomes of every message while brokers, consumers and the network fail at random.

``python tests/faults/soak.py --messages 200000 --kills 60 --consumer-kills 30 --cuts 60 --minutes 20 --seed 1``

Three publishers and three consumers are processes of their own, each behind a proxy. mosquitto runs without
persistence. Faults come at random points of the progress. At the end each message is accounted for by its id.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))

import orjson
from runtime_network import Proxy
from topicwright import BrokerUnavailableError, MQTTClient
from topicwright.testing import LocalBroker

PAIRS = 3
QUICK = {"reconnect_min_delay": 0.1, "reconnect_max_delay": 0.5, "keepalive": 5, "connect_timeout": 3.0}
OUTAGE = 0.3
"""Seconds that a killed broker stays down, and a cut network refuses connections, at most."""


# -- the processes -----------------------------------------------------------------------------------------------


async def connect(client: MQTTClient) -> None:
    """Connect, as a supervisor of services would see to it: the broker may be down at the start."""
    while not client.connected:
        with suppress(BrokerUnavailableError):
            await client.connect()


async def consume(url: str, number: int, folder: Path) -> None:
    """Write the id of each message to a file as the last act of its handler."""
    record = os.open(folder / f"handled-{number}", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    chance = random.Random(os.getpid())

    async def handler(payload: bytes) -> None:
        name = orjson.loads(payload)["data"]["name"]
        await asyncio.sleep(0.002 if chance.random() < 0.05 else 0)
        os.write(record, f"{name}\n".encode())

    client = MQTTClient(
        url, f"consumer-{number}", receive_maximum=200, dedupe_ttl=3600, dedupe_max_entries=200_000,
        dedupe_store=str(folder / f"dedupe-{number}.db"), **QUICK,
    )  # fmt: skip
    await connect(client)
    async with client:
        await client.subscribe(f"work/{number}", handler, qos=1)
        await client.run_forever()


async def produce(url: str, number: int, folder: Path, total: int, window: int, rate: float) -> None:
    """Publish to all consumers in turn, and write the id of what was acknowledged to a file."""
    record = os.open(folder / f"published-{number}", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    client = MQTTClient(
        url, f"publisher-{number}", replay_window=window, must_be_heard=True, publish_timeout=600, **QUICK
    )
    room, due = asyncio.Semaphore(200), time.monotonic()

    async def one(index: int) -> None:
        name = f"{number}-{index}"
        try:
            await client.publish_event(f"work/{index % PAIRS}", "work", {"name": name}, qos=1)
            os.write(record, f"{name}\n".encode())
        finally:
            room.release()

    await connect(client)
    async with client:
        async with asyncio.TaskGroup() as tasks:
            for index in range(total):
                await room.acquire()
                tasks.create_task(one(index))
                # What an outage cost is not caught up with in a burst, which would outrun any window.
                due = max(due + 1 / rate, time.monotonic() - 0.05)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.readline)  # stays for what has to be published again
        stats = client.stats()
        print(stats.replayed, stats.reconnects, flush=True)


# -- the run -----------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """Everything that is running."""

    options: argparse.Namespace
    folder: Path
    broker: LocalBroker
    chance: random.Random
    proxies: list[Proxy] = field(default_factory=list[Proxy])
    consumers: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])
    publishers: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])
    done: Counter[str] = field(default_factory=Counter[str])

    def spawn(self, role: str, number: int) -> subprocess.Popen[bytes]:
        """Start a consumer or publisher behind its proxy."""
        proxy = self.proxies[number if role == "consumer" else number + PAIRS]
        options = self.options
        more = [options.messages // PAIRS, options.window, options.rate / PAIRS] if role == "publisher" else []
        arguments = [__file__, "--role", role, proxy.url, str(number), str(self.folder), *map(str, more)]
        return subprocess.Popen([sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def names(self, kind: str) -> Counter[str]:
        """Return how often each id stands in the files of a kind."""
        return Counter(name for path in self.folder.glob(f"{kind}-*") for name in path.read_text().split())

    def count(self, kind: str) -> int:
        """Return how many lines the files of a kind have."""
        return sum(path.read_bytes().count(b"\n") for path in self.folder.glob(f"{kind}-*"))

    async def kill_broker(self) -> None:
        await asyncio.to_thread(self.broker.kill)
        await asyncio.sleep(self.chance.uniform(0, OUTAGE))
        await asyncio.to_thread(self.broker.start)

    async def kill_consumer(self) -> None:
        number = self.chance.randrange(PAIRS)
        self.consumers[number].kill()
        self.consumers[number].wait()
        await asyncio.sleep(self.chance.uniform(0, OUTAGE))
        self.consumers[number] = self.spawn("consumer", number)

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
        acts += [self.kill_consumer] * options.consumer_kills + [self.fail_network] * options.cuts
        self.chance.shuffle(acts)
        points = sorted(self.chance.uniform(0.02, 0.98) * options.messages for _ in acts)
        for point, act in zip(points, acts, strict=True):
            while self.count("published") < point:  # noqa: ASYNC110 - the count is in a file of other processes
                await asyncio.sleep(0.02)
            name = getattr(act, "__name__", "")
            await getattr(self, name)()
            self.done[name] += 1

    async def finish(self) -> list[str]:
        """Wait until everything that was published is handled; return what the publishers say at the end."""
        for publisher in self.publishers:
            assert publisher.stdout is not None
            await asyncio.to_thread(publisher.stdout.readline)
        last, since = -1, time.monotonic()
        while self.names("published").keys() - self.names("handled").keys() and time.monotonic() - since < 20:
            if (now := self.count("handled")) != last:
                last, since = now, time.monotonic()
            await asyncio.sleep(0.5)
        return [item.communicate(b"\n")[0].decode().strip() for item in self.publishers]


def report(run: Run, seconds: float, said: list[str]) -> int:
    """Print the account; return how many messages are wrong."""
    published, handled = run.names("published"), run.names("handled")
    lost = published.keys() - handled.keys()
    twice = [name for name, times in handled.items() if times > 1]
    replayed = sum(int(text.split()[0]) for text in said)
    faults = ", ".join(f"{name} {run.done[name]}" for name in ("kill_broker", "kill_consumer", "fail_network"))
    print(f"{seconds:.0f} s, {faults}, seed {run.options.seed}, replay window {run.options.window}")
    print(f"published {len(published)}, handled {len(handled)}, handled twice {len(twice)}, lost {len(lost)}")
    print(f"published again by the replay window: {replayed}")
    if lost or twice:
        print("lost:", sorted(lost), "twice:", twice)
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
                    said = await run.finish()
                return report(run, time.monotonic() - since, said)
            finally:
                for process in run.consumers + run.publishers:
                    process.kill()
                    process.wait()


def main() -> int:
    if sys.argv[1:2] == ["--role"]:
        role, url, number, folder, *more = sys.argv[2:]
        if role == "consumer":
            asyncio.run(consume(url, int(number), Path(folder)))
        else:
            asyncio.run(produce(url, int(number), Path(folder), int(more[0]), int(more[1]), float(more[2])))
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("messages", 10_000), ("kills", 3), ("consumer-kills", 2), ("cuts", 3), ("window", 2000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=1200.0, help="messages a second, all publishers together")
    parser.add_argument("--minutes", type=float, default=10.0, help="fail after so long")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="topicwright-soak-") as folder:
        return 1 if asyncio.run(soak(options, Path(folder))) else 0


if __name__ == "__main__":
    sys.exit(main())
