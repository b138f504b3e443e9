"""``python -m tars_demo [--broker mqtt://host:1883] [--svg FILE]``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

import orjson
from rich.console import Console
from topicwright import ConfigurationError, ConnectError
from topicwright.testing import LocalBroker

from tars_services.stt_worker import SCRIPT
from tars_services.view import line

from .ledger import Ledger
from .processes import Services
from .summary import PROBED, Report, print_summary, probe

DEADLINE = 45.0
"""Seconds after which a conversation that hangs is stopped."""
DOWN = 1.0
"""Seconds that memory-worker stays dead."""


class ConsoleError(Exception):
    """The console ended before it received anything; it has printed the reason."""


class Demo:
    """One conversation."""

    def __init__(self, services: Services, terminal: Console) -> None:
        self._services = services
        self._terminal = terminal
        self._spoken = len(SCRIPT.read_text("utf-8").splitlines())
        self.ledger = Ledger()
        self._restart_at: float | None = None
        self._killed = False
        self._measuring = False

    async def run(self) -> Report:
        """Start all services, follow the conversation, and return the report."""
        console = self._services.start("console", "--json", pipe=True)
        assert console.stdout is not None
        reader = asyncio.StreamReader(limit=2**24)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), console.stdout)
        # The console first receives its own health event: from then on it receives everything.
        first = await asyncio.wait_for(reader.readline(), 20)
        if not first:
            raise ConsoleError
        self._show(first)
        for name in ("memory_worker", "llm_worker", "tts_worker", "stt_worker", "router", "wake_activation"):
            self._services.start(name)
        await self._follow(reader)
        self._measuring = True
        round_trips = await probe(self._services)
        codes = await asyncio.to_thread(self._services.stop, 15)
        while raw := await reader.readline():
            self._show(raw)
        return Report(self.ledger, self._spoken, round_trips, codes)

    async def _follow(self, reader: asyncio.StreamReader) -> None:
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and not self._finished():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    self._show(await reader.readline())
            self._disturb()

    def _show(self, raw: bytes) -> None:
        record = orjson.loads(raw)
        if self._measuring and record["type"] in PROBED:
            return  # the measurement at the end is not part of the conversation
        if self.ledger.add(record) and (record["type"] != "llm.stream" or record["data"]["done"]):
            self._terminal.print(line(record), soft_wrap=True, highlight=False)

    def _disturb(self) -> None:
        if not self._killed and len(self.ledger.of("stt.final")) == self._spoken // 2 + 1:
            self._killed = True
            pid = self._services.kill("memory_worker")
            self._terminal.rule(f"memory-worker (pid {pid}) killed with SIGKILL", style="red")
            self._restart_at = time.monotonic() + DOWN
        if self._restart_at is not None and time.monotonic() >= self._restart_at:
            self._restart_at = None
            self._services.start("memory_worker")
            self._terminal.rule("memory-worker started again", style="green")

    def _finished(self) -> bool:
        return self._restart_at is None and not self.ledger.missing(self._spoken) and bool(self.ledger.of("tts.say"))


def _stop(number: int, frame: object) -> None:
    """Exit by an exception, so that every child process is ended."""
    sys.exit("make demo: stopped")


def main() -> int:
    """Run the demo; return 0 if no message was lost or invalid, and no service crashed."""
    parser = argparse.ArgumentParser(prog="make demo", description=sys.modules["tars_demo"].__doc__)
    parser.add_argument("--broker", help="URL of a broker; not of a running TARS, which uses the same client ids")
    parser.add_argument("--svg", type=Path, help="save the terminal as a picture")
    arguments = parser.parse_args()
    terminal = Console(record=True, width=118 if arguments.svg else None)
    signal.signal(signal.SIGTERM, _stop)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        url = arguments.broker
        if url is None:
            broker = stack.enter_context(LocalBroker())
            url = broker.url
            terminal.print(f"[dim]{broker.kind} at {url}[/dim]")
        services = Services(url, Path(folder))
        stack.callback(services.kill_all)
        try:
            report = asyncio.run(Demo(services, terminal).run())
        except ConsoleError:
            return 1
        except (ConfigurationError, ConnectError, TimeoutError) as error:
            terminal.print(f"[red]the demo could not run: {str(error) or 'the console did not start'}[/red]")
            return 1
        except KeyboardInterrupt:
            terminal.print("stopped")
            return 130
        good = print_summary(terminal, report, Path(folder))
    if arguments.svg:
        picture = terminal.export_svg(title="make demo")
        # The picture must not fetch fonts: without the links it uses the reader's monospace font.
        arguments.svg.write_text(re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL), "utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
