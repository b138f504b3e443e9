"""Runs roles in processes of their own and feeds them, one after the other, since CPU time is compared."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any

from tests.paths import ROOT

from ..measures import MOSQUITTO, Measure
from ..peers import Place
from ..peers.bare import Feeder
from ..peers.fleet import fleet
from ..sample import sample_of
from .cores import give_one
from .mosquitto import run_mosquitto

Result = dict[str, float]
DEADLINE = 20.0
"""Seconds that a role may take."""
WARM = 1000


class Role:
    """A process that does one thing with one client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the process (SIGSTOP), so that what is sent to it meanwhile waits at the broker."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    async def say(self) -> dict[str, Any]:
        """Return the next line that it says."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the role ended with {await self.process.wait()}")
        said: dict[str, Any] = json.loads(line)
        return said


@asynccontextmanager
async def role(peer: str, name: str, options: dict[str, Any]) -> AsyncIterator[Role]:
    """Start a role, and see to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.processes.role", peer, name, json.dumps(options),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if name != "serve":
        give_one(process.pid)
    try:
        yield Role(process)
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class Bench:
    """Measures against one broker."""

    def __init__(self, host: str, port: int, scale: float = 1.0, profile: str = "") -> None:
        self._host = host
        self._port = port
        self._scale = scale
        self._profile = profile
        self._number = 0

    async def run(self, measure: Measure, peer: str) -> Result:
        """Return what one client takes for one measure."""
        async with asyncio.timeout(DEADLINE):
            if peer == MOSQUITTO:
                return await run_mosquitto(measure, self._host, self._port, await self._place_payload(measure))
            options = self._options(measure, peer)
            if measure.role in ("request", "flood"):
                async with role(peer, "serve", {**self._options(measure, peer), "profile": ""}) as server:
                    await server.say()
                    return await self._alone(peer, measure, options)
            if measure.role in ("receive", "topics"):
                return await self._fed(peer, measure, options)
            return await self._alone(peer, measure, options)

    async def _place_payload(self, measure: Measure) -> bytes:
        return sample_of(measure.options["size"]).payload

    def _options(self, measure: Measure, peer: str) -> dict[str, Any]:
        self._number += 1
        count = max(int(measure.count * self._scale), 20)
        place = {"host": self._host, "port": self._port, "client_id": f"bench-{os.getpid()}-{self._number}"}
        warm = min(WARM, count // 4)
        return {**place, "count": count, "warm": warm, "profile": self._profile, **measure.options}

    async def _alone(self, peer: str, measure: Measure, options: dict[str, Any]) -> Result:
        async with role(peer, measure.role, options) as one:
            result: Result = (await one.say())["result"]
            return result

    async def _fed(self, peer: str, measure: Measure, options: dict[str, Any]) -> Result:
        sample = sample_of(options["size"])
        names = fleet(2000, 5) if measure.role == "topics" else [sample.topic]
        feeder = Feeder(Place(self._host, self._port, options["client_id"] + "-feeder"))
        await feeder.open()
        try:
            async with role(peer, measure.role, options) as one:
                await one.say()
                with nullcontext() if options.get("paced") else one.stopped():
                    await feeder.feed(names, sample.payload, options["qos"], options["warm"] + options["count"])
                result: Result = (await one.say())["result"]
                return result
        finally:
            await feeder.close()
