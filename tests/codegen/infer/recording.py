"""Records simulated systems and the TARS demo from a real broker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from topicwright import MQTTClient
from topicwright.testing import LocalBroker
from topicwright_codegen.infer.capture.listening import record

from tests.codegen.infer.compared import Fields, catalog_fields, true_fields
from tests.codegen.infer.simulators import factory, fleet, home
from tests.codegen.infer.simulators.base import Sent
from tests.paths import ROOT

EXAMPLES = ROOT / "examples" / "tars"
_END = "recording/ends"


def sent_by(name: str) -> list[Sent]:
    """Return what the devices of a simulated system publish."""
    if name == "home":
        system: home.Home | factory.Factory | fleet.Fleet = home.Home()
    else:
        system = factory.Factory() if name == "factory" else fleet.Fleet()
    system.run()
    return system.sent


def truth_of(name: str) -> Fields:
    """Return the fields of the catalog that the system would have."""
    if name == "tars":
        return catalog_fields(ROOT / "schema")
    return true_fields({"home": home.TRUTH, "factory": factory.TRUTH, "fleet": fleet.TRUTH}[name])


def record_tars(path: Path) -> None:
    """Record a run of the demo."""
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES), "COLUMNS": "160"}

    def run(url: str) -> None:
        command = [sys.executable, "-m", "tars_demo", "--broker", url]
        subprocess.run(command, cwd=EXAMPLES, env=environment, capture_output=True, check=True, timeout=110)

    _record(path, run)


def record_system(name: str, path: Path) -> None:
    """Record a simulated system."""
    sent = sent_by(name)
    _record(path, lambda url: asyncio.run(_publish(url, sent)))


async def _publish(url: str, sent: Sequence[Sent]) -> None:
    async with MQTTClient(url, "simulator") as client:
        for one in sent:
            await client.publish_bytes(
                one.topic,
                one.payload,
                qos=one.qos,
                retain=one.retain,
                response_topic=one.response_topic,
                correlation_data=one.correlation,
            )


def _record(path: Path, run: Callable[[str], None]) -> None:
    """Record while something runs, until a last message has been heard."""
    with LocalBroker() as broker:
        failed: list[BaseException] = []

        def work() -> None:
            try:
                run(broker.url)
            except BaseException as error:
                failed.append(error)
            finally:
                asyncio.run(_publish(broker.url, [Sent(_END, b"end", 1)]))

        thread = threading.Thread(target=work)
        record(broker.url, ["#"], 120, path, 2**30, lambda text: None, ready=thread.start, until=_END)
        thread.join()
    if failed:
        raise failed[0]
