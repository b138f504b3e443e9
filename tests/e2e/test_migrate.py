"""The programs of docs/migrate.md run as they are printed, on a real broker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from topicwright import MQTTClient
from topicwright.testing import LocalBroker

from tests.e2e.test_code_first import files_of, running
from tests.paths import ROOT
from tests.runtime.support.clients import Raw, eventually

PAGE = (ROOT / "docs" / "migrate.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in files_of(PAGE).items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_bytes_by_text_and_a_descriptor_understand_each_other(folder: Path) -> None:
    with LocalBroker() as broker, running(folder, "step1", broker) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "home/attic/state 21.5\n"
        with running(folder, "step2", broker) as second:
            assert second.stdout is not None
            lines = [second.stdout.readline() for _ in range(2)]
            assert "attic 21.5\n" in lines
            while "subscribes to old/#\n" not in lines:
                lines.append(second.stdout.readline())
                assert lines[-1]
            assert first.stdout.readline() == "home/attic/state 21.5\n"


async def test_the_device_for_home_assistant_is_switched_and_tells_when_it_is_gone(folder: Path) -> None:
    raw = Raw()
    with LocalBroker() as broker:
        async with MQTTClient(broker.url, "home") as client:
            await client.subscribe("desk/lamp/#", raw, qos=1)
            with running(folder, "device", broker) as device:
                await eventually(lambda: ("desk/lamp/available", b"online") in raw.items)
                await client.publish_bytes("desk/lamp/set", b"ON", qos=1)
                await eventually(lambda: ("desk/lamp/state", b"ON") in raw.items)
                device.kill()
                await eventually(lambda: ("desk/lamp/available", b"offline") in raw.items)


def test_type_checkers_accept_the_programs_of_the_page(folder: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}"]
    for name in files_of(PAGE):
        done = subprocess.run([*command, name], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
