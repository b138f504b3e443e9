"""Row 25 and its like: ``topicwright doctor`` finds the settings of a broker that lose messages or hold them up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from topicwright.doctor import Finding, Verdict, examine
from topicwright.doctor.checks import Sandbox, in_flight
from topicwright.testing import LocalBroker
from topicwright_codegen.cli import main

from tests.runtime.support.clients import make, needs_mosquitto

DEFAULTS = [
    *("set_tcp_nodelay false", "max_inflight_messages 20", "max_queued_messages 1000"),
    *("retain_available false", "message_size_limit 65536"),
]


async def examined(broker: LocalBroker) -> dict[str, Finding]:
    findings = await examine(make(broker.url, "doctor").settings)
    return {finding.name: finding for finding in findings}


@needs_mosquitto
async def test_row_25_the_doctor_warns_of_what_loses_messages_or_holds_them_up(over: str):
    with LocalBroker(kind="mosquitto", config=DEFAULTS) as broker:
        findings = await examined(broker)
        bad = {name for name, finding in findings.items() if finding.verdict is Verdict.BAD}
        older = make(broker.url, "doctor", protocol="3.1.1").settings
        limited = await in_flight(Sandbox(older, "doctor"))
    assert bad == {"round trip", "queue of a session", "retained messages"}
    assert findings["queue of a session"].measured == "1000 of 1500 messages were kept"
    # With MQTT 5 mosquitto goes by the receive maximum that the client asks for.
    assert limited.measured == "no more than 20 unacknowledged"
    assert "0x9A" in findings["retained messages"].measured
    assert all(findings[name].advice for name in bad)


async def test_the_doctor_is_content_with_what_the_tests_use(mosquitto: LocalBroker):
    findings = await examined(mosquitto)
    assert not [finding.line() for finding in findings.values() if finding.verdict is Verdict.BAD]
    assert len(findings) == 10


async def test_the_doctor_measures_the_embedded_broker(over: str):
    pytest.importorskip("iotcore")
    with LocalBroker(kind="iotcore") as broker:
        findings = await examined(broker)
    assert findings["no subscriber"].verdict is Verdict.NOTE
    assert findings["retained messages"].verdict is Verdict.GOOD
    assert not [finding for finding in findings.values() if finding.measured.startswith("not measured")]


@needs_mosquitto
def test_the_command_reports_what_it_measured_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    allowed = tmp_path / "acl"
    allowed.write_text("topic readwrite mine/#\n", "utf-8")
    with LocalBroker(kind="mosquitto", config=[f"acl_file {allowed}"]) as broker:
        assert main(["doctor", broker.url, "--prefix", "mine"]) == 0
        assert "ok      retained messages: kept" in capsys.readouterr().out
        assert main(["doctor", broker.url]) == 1
        assert "was refused, 0x87 not authorized" in capsys.readouterr().out


def test_the_command_without_a_broker_is_a_clear_error(capsys: pytest.CaptureFixture[str]):
    assert main(["doctor", "mqtt://127.0.0.1:1"]) == 2
    assert main(["doctor", "http://127.0.0.1"]) == 2
    assert main(["doctor", "mqtt://127.0.0.1", "--prefix", "a/#"]) == 2
    said = capsys.readouterr().err
    assert "cannot connect" in said
    assert "scheme 'http'" in said
    assert "'a/#'" in said


def test_the_doctor_without_a_broker_says_both_ways_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MQTT_URL", raising=False)
    done = subprocess.run([sys.executable, "-m", "topicwright.doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("topicwright doctor: no broker is named: give its URL, such as mqtt://")
    assert "MQTT_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1
