"""Commands that connect take the broker from their argument, MQTT_URL or .env, and say clearly why they cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from topicwright.testing import LocalBroker
from topicwright_codegen.cli import main

from tests.runtime.support.clients import needs_mosquitto

CONNECTING = {
    "doctor": ["doctor", "--prefix", "mine"],
    "snapshot": ["snapshot", "--output", "kept.jsonl"],
    "infer": ["infer", "--for", "1s", "--output", "draft.yaml"],
}
NOWHERE = "mqtt://127.0.0.1:1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("MQTT_URL", "MQTT_USERNAME", "MQTT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert main(line) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1, said.err
    return said.err


@pytest.mark.parametrize("name", CONNECTING)
def test_an_argument_wins_over_the_environment_and_that_over_the_file(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    line = CONNECTING[name]
    said = refused(capsys, *line)
    assert "no broker is named: give its URL, such as mqtt://localhost:1883, or set MQTT_URL" in said
    assert ".env" in said
    (folder / ".env").write_text("MQTT_URL=mqtt://127.0.0.1:2\n", "utf-8")
    assert "127.0.0.1:2" in refused(capsys, *line)
    monkeypatch.setenv("MQTT_URL", "mqtt://127.0.0.1:3")
    assert "127.0.0.1:3" in refused(capsys, *line)
    assert "127.0.0.1:1:" in refused(capsys, name, NOWHERE, *line[1:])


@pytest.mark.parametrize("name", CONNECTING)
def test_a_wrong_broker_is_one_line(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    assert "cannot connect to mqtt://127.0.0.1:1" in refused(capsys, name, NOWHERE)
    assert refused(capsys, name, "http://x").startswith("topicwright: Invalid MQTT URL scheme 'http'")
    monkeypatch.setenv("MQTT_URL", "http://x")
    assert refused(capsys, name).startswith("topicwright: MQTT_URL: Invalid MQTT URL scheme 'http'")


@needs_mosquitto
@pytest.mark.parametrize("name", CONNECTING)
def test_a_login_comes_from_the_environment_and_a_wrong_one_is_one_line(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    passwords = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "ann", "secret"], check=True, capture_output=True)
    passwords.chmod(0o644)
    config = ["allow_anonymous false", f"password_file {passwords}"]
    with LocalBroker(kind="mosquitto", config=config) as broker:
        monkeypatch.setenv("MQTT_URL", broker.url)
        monkeypatch.setenv("MQTT_USERNAME", "ann")
        monkeypatch.setenv("MQTT_PASSWORD", "wrong")
        said = refused(capsys, *CONNECTING[name])
        assert "not authorized" in said.lower() or "0x87" in said
        assert "wrong" not in said
        monkeypatch.setenv("MQTT_PASSWORD", "secret")
        if name == "snapshot":
            assert main(CONNECTING[name]) == 0
            assert "kept.jsonl: 0 retained messages" in capsys.readouterr().err


@needs_mosquitto
def test_the_doctor_alone_takes_the_broker_of_the_file(folder: Path):
    with LocalBroker(kind="mosquitto") as broker:
        (folder / ".env").write_text(f"MQTT_URL={broker.url}\n", "utf-8")
        done = subprocess.run([sys.executable, "-m", "topicwright.doctor"], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1)
    assert "retained messages" in done.stdout
    assert done.stderr == ""
