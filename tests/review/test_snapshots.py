"""Retained messages of a real broker, and which of them the readers of a catalog refuse."""

from __future__ import annotations

import json

import pytest
from topicwright import MQTTClient
from topicwright.mqtt.message import Outgoing
from topicwright.testing import LocalBroker
from topicwright.testing.broker_programs import mosquitto_path
from topicwright_codegen.cli import main

from tests.review.support.catalogs import HEAD

CATALOG = (
    f"{HEAD}x-envelope: tars\nchannels:\n  state:\n    address: home/{{room}}/state\n    parameters: {{room: {{}}}}\n"
    "    messages:\n      state:\n        name: home.state\n"
    "        payload: {type: object, title: State, required: [k], properties: {k: {type: integer}}}\n"
    "  raw:\n    address: home/raw\n    messages: {raw: {name: home.raw, contentType: application/octet-stream}}\n"
)


def _sealed(type_: str, data: object) -> bytes:
    return json.dumps({"id": "1", "type": type_, "ts": 1, "source": "s", "data": data}).encode()


MESSAGES = {
    "home/kitchen/state": _sealed("home.state", {"k": 1, "later": True}),
    "home/hall/state": _sealed("home.state", {"k": "one"}),
    "home/attic/state": _sealed("home.other", {}),
    "home/raw": b"\xff\x00",
    "elsewhere": b"not ours",
}


@pytest.fixture
def catalog(tmp_path, monkeypatch):
    (tmp_path / "home.yaml").write_text(CATALOG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _line(topic: str, payload: str) -> str:
    return json.dumps({"topic": topic, "payload": payload}) + "\n"


async def _retain(url: str) -> None:
    async with MQTTClient(url, "writer") as client:
        for topic, payload in MESSAGES.items():
            await client._publisher.send(Outgoing(topic=topic, payload=payload, qos=1, retain=True))


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed (apt-get install mosquitto)")
def test_the_retained_messages_of_a_broker_are_written_and_checked(catalog, capsys, monkeypatch):
    import asyncio

    with LocalBroker(kind="mosquitto", username="ann", password="secret") as broker:
        asyncio.run(_retain(broker.url))
        monkeypatch.setenv("MQTT_URL", broker.url)
        assert main(["snapshot", "--output", "kept.jsonl"]) == 0
    lines = [json.loads(line) for line in (catalog / "kept.jsonl").read_text().splitlines()]
    assert [line["topic"] for line in lines] == sorted(MESSAGES)
    assert {line["topic"]: line.get("payload") for line in lines}["elsewhere"] == "not ours"
    capsys.readouterr()
    assert main(["snapshot", "--check", "kept.jsonl", "--source", "home.yaml", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    told = {found["message"].split()[4]: found["message"] for found in report["findings"]}
    assert set(told) == {"home/hall/state", "home/attic/state"}
    assert "k: Input should be a valid integer" in told["home/hall/state"]
    assert "none of the events" in told["home/attic/state"]
    assert report["findings"][0]["witness"]["message"]["source"] == "s"


def test_diff_adds_what_the_new_readers_refuse(catalog, capsys):
    (catalog / "new.yaml").write_text(CATALOG.replace("{type: integer}", "{type: integer, minimum: 5}"))
    text = _line("home/hall/state", _sealed("home.state", {"k": 1}).decode())
    (catalog / "kept.jsonl").write_text(text)
    main(["diff", "home.yaml", "new.yaml", "--snapshot", "kept.jsonl", "--format", "json"])
    rules = [found["rule"] for found in json.loads(capsys.readouterr().out)["findings"]]
    assert "retained-refused" in rules
    assert main(["diff", "home.yaml", "home.yaml", "--snapshot", "kept.jsonl"]) == 0


@pytest.mark.parametrize("line", ["{", "[]", '{"topic": 1, "payload": "x"}', '{"topic": "a", "payload_base64": "?"}'])
def test_a_bad_file_is_a_diagnostic_with_its_line(catalog, capsys, line):
    (catalog / "kept.jsonl").write_text(_line("a", "x") + line + "\n")
    assert main(["snapshot", "--check", "kept.jsonl", "--source", "home.yaml"]) == 1
    assert "kept.jsonl:2:1: TW280" in capsys.readouterr().out


def test_an_unreachable_broker_is_reported(catalog, capsys):
    assert main(["snapshot", "mqtt://127.0.0.1:1", "--timeout", "5"]) == 2
    assert "127.0.0.1:1" in capsys.readouterr().err


def test_the_advice_clears_the_refused_message_and_no_other(catalog, capsys):
    good, bad = (_sealed("home.state", {"k": value}).decode() for value in (1, "one"))
    (catalog / "kept.jsonl").write_text(_line("home/kitchen/state", good) + _line("home/the hall/state", bad))
    assert main(["snapshot", "--check", "kept.jsonl", "--source", "home.yaml"]) == 1
    told = capsys.readouterr()
    assert "-V mqttv5 -h HOST -p PORT -t 'home/the hall/state' --retain --null-message" in told.out
    assert "--remove-retained" not in told.out
    assert "sessions" not in told.out
    assert "1 finding (1 breaking)" in told.out
    assert "refused: 1 of 2 retained messages" in told.err


def test_a_check_takes_no_broker(catalog, capsys):
    (catalog / "kept.jsonl").write_text("")
    assert main(["snapshot", "mqtt://127.0.0.1:1", "--check", "kept.jsonl", "--source", "home.yaml"]) == 2
    assert "leave out mqtt://127.0.0.1:1" in capsys.readouterr().err
