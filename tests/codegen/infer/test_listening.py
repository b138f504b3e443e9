"""The command, on real brokers and captures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from topicwright.testing import LocalBroker
from topicwright_codegen.infer.capture.capture_file import Capture

COMMAND = [sys.executable, "-m", "topicwright_codegen", "infer"]
DEADLINE = 30.0


@pytest.fixture
def broker() -> Iterator[LocalBroker]:
    with LocalBroker() as broker:
        yield broker


class Traffic:
    """A client in a thread that publishes until it is stopped."""

    def __init__(self, broker: LocalBroker) -> None:
        self._broker = broker
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        import asyncio

        from topicwright import MQTTClient

        async def publish() -> None:
            async with MQTTClient(self._broker.url, "traffic") as client:
                number = 0
                while not self._stopped.is_set():
                    number += 1
                    await client.publish_bytes("robot/7/pose", json.dumps({"x": number}).encode())
                    await client.publish_bytes("robot/7/mode", b"auto", qos=1, retain=True)
                    asked = {"response_topic": "replies/a", "correlation_data": number.to_bytes(4, "big")}
                    await client.publish_bytes("robot/7/cmd", b'{"go": true}', qos=1, **asked)
                    await asyncio.sleep(0.02)

        asyncio.run(publish())


def infer(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MQTT_")}
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_messages(capture: Path, number: int) -> None:
    """Wait until a capture that is being written has so many messages; what is written is in the file at once."""
    end = time.monotonic() + DEADLINE
    while not capture.exists() or len(capture.read_bytes().splitlines()) < number:
        assert time.monotonic() < end, "nothing is heard"
        time.sleep(0.05)


def test_a_draft_is_written_from_a_broker(broker: LocalBroker, tmp_path: Path) -> None:
    with Traffic(broker):
        done = infer(tmp_path, broker.url, "--for", "2s", "--save", "capture.jsonl")
    assert done.returncode == 0, done.stderr
    assert "(100 %)" in done.stdout
    text = (tmp_path / "asyncapi.yaml").read_text("utf-8")
    for address in ("robot/{robot_id}/pose", "robot/{robot_id}/mode", "robot/{robot_id}/cmd"):
        assert f"address: {address}" in text
    heard = list(Capture(tmp_path / "capture.jsonl").messages())
    by_topic = {one.topic: one for one in heard}
    assert by_topic["robot/7/mode"].retain, "RETAIN is heard as it was published"
    assert (by_topic["robot/7/mode"].qos, by_topic["robot/7/pose"].qos) == (1, 0)
    assert by_topic["robot/7/cmd"].response_topic == "replies/a"
    assert (tmp_path / "capture.jsonl").stat().st_mode & 0o077 == 0, "payloads are for the user alone"


def test_a_capture_gives_the_draft_that_the_broker_gave(broker: LocalBroker, tmp_path: Path) -> None:
    with Traffic(broker):
        assert infer(tmp_path, broker.url, "--for", "2s", "--save", "capture.jsonl").returncode == 0
    assert infer(tmp_path, "capture.jsonl", "--output", "again.yaml").returncode == 0
    assert (tmp_path / "again.yaml").read_text("utf-8") == (tmp_path / "asyncapi.yaml").read_text("utf-8")


def test_retained_messages_alone_make_a_draft(broker: LocalBroker, tmp_path: Path) -> None:
    with Traffic(broker):
        infer(tmp_path, broker.url, "--for", "1s")
    done = infer(tmp_path, broker.url, "--for", "1s", "--output", "retained.yaml")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "retained.yaml").read_text("utf-8")
    assert text.count("address:") == 1
    assert "retain: true" in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_writes_the_draft_of_what_was_heard(broker: LocalBroker, tmp_path: Path, number: signal.Signals) -> None:
    with Traffic(broker):
        process = started(tmp_path, broker.url, "--for", "10m", "--save", "capture.jsonl")
        wait_for_messages(tmp_path / "capture.jsonl", 20)
        process.send_signal(number)
        _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    assert "stopped; the draft is made of what was heard so far" in err
    assert "wrote asyncapi.yaml" in err
    assert "Traceback" not in err


def test_a_broker_that_dies_leaves_the_draft_of_what_was_heard(broker: LocalBroker, tmp_path: Path) -> None:
    with Traffic(broker):
        process = started(tmp_path, broker.url, "--for", "10m", "--save", "capture.jsonl")
        wait_for_messages(tmp_path / "capture.jsonl", 20)
        broker.kill()
        _, err = process.communicate(timeout=DEADLINE)
        broker.start()
    assert process.returncode == 0, err
    assert "the connection ended" in err
    assert "wrote asyncapi.yaml" in err


def test_a_full_capture_ends_the_listening_and_says_so(broker: LocalBroker, tmp_path: Path) -> None:
    with Traffic(broker):
        done = infer(tmp_path, broker.url, "--for", "10m", "--most-mb", "0.01", "--save", "capture.jsonl")
    assert done.returncode == 0, done.stderr
    assert "the capture is full (--most-mb)" in done.stderr
    assert (tmp_path / "capture.jsonl").stat().st_size <= 0.01 * 2**20


def test_a_snapshot_is_a_capture(broker: LocalBroker, tmp_path: Path) -> None:
    with Traffic(broker):
        infer(tmp_path, broker.url, "--for", "1s")
    snapshot = [sys.executable, "-m", "topicwright_codegen", "snapshot", broker.url, "--output", "retained.jsonl"]
    subprocess.run(snapshot, cwd=tmp_path, check=True, capture_output=True, timeout=DEADLINE)
    done = infer(tmp_path, "retained.jsonl", "--output", "-")
    assert done.returncode == 0, done.stderr
    assert "retain: true" in done.stdout


WRONG = {
    "no such file": (["missing.jsonl"], "missing.jsonl: no such file; the URL of a broker is mqtt://host:1883"),
    "nobody there": (["mqtt://127.0.0.1:1"], "127.0.0.1:1"),
    "no YAML": (["mqtt://127.0.0.1:1", "--output", "x.json"], "a draft is YAML"),
    "no folder": (["mqtt://127.0.0.1:1", "--output", "a/b/x.yaml"], "there is no folder a/b"),
    "no time": (["mqtt://127.0.0.1:1", "--for", "soon"], "'soon' is no time: write 60s, 10m or 1h"),
    "no server": ([], "MQTT_URL"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_one_clear_error(tmp_path: Path, case: str) -> None:
    arguments, expected = WRONG[case]
    done = infer(tmp_path, *arguments)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
