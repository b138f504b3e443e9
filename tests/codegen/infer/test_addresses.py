"""Topics become addresses: by the form of levels, what is below them, and what payloads repeat."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from topicwright_codegen.infer.drafting.names import parameter_names, text_of
from topicwright_codegen.infer.payloads.reading import read_payload
from topicwright_codegen.infer.topics.addresses import Conventional, group
from topicwright_codegen.infer.topics.tree import Node

from tests.codegen.infer.compared import shape_of
from tests.codegen.infer.drafts import Drafts, said


def addresses(messages: Iterable[tuple[str, object]]) -> set[str]:
    root, conventional = Node(), Conventional()
    for topic, value in messages:
        levels = topic.split("/")
        payload = value if isinstance(value, bytes) else json.dumps(value).encode()
        if not conventional.take(topic, levels):
            root.profile_at(levels).add(read_payload(payload), levels)
    found = (*conventional.addresses(), *group(root).listed)
    return {shape_of(text_of(address, parameter_names(address))) for address in found}


def each(*parts: Iterable[str]) -> list[str]:
    topics = [""]
    for part in parts:
        topics = [f"{topic}{level}" for topic in topics for level in part]
    return topics


SYSTEMS = {
    "Homie": (
        [(topic, b"x") for topic in each(["homie/"], ["kitchen-light", "bath", "door"], ["/$state", "/main/power"])],
        {"homie/{}/$state", "homie/{}/main/power"},
    ),
    "Shelly": (
        [(topic, b"true") for topic in each(["shellyplus1-"], ["a8032abe54dc", "b8d61a8b1234"], ["/online", "/rpc"])],
        {"{}/online", "{}/rpc"},
    ),
    "The Things Stack": (
        [
            (f"v3/acme@ttn/devices/{device}/up", {"end_device_ids": {"device_id": device}, "received_at": "x"})
            for device in ("dev-a", "weather-station", "dev-b")
        ],
        {"v3/acme@ttn/devices/{}/up"},
    ),
    "ChirpStack": (
        [
            (f"application/{app}/device/{device}/event/{kind}", {"time": "t", "fCnt": 1, kind: 1})
            for app in ("1", "7")
            for device in ("0101010101010101", "aabbccddeeff0011")
            for kind in ("up", "join", "txack")
        ],
        {
            "application/{}/device/{}/event/up",
            "application/{}/device/{}/event/join",
            "application/{}/device/{}/event/txack",
        },
    ),
    "gateways that repeat a MAC": (
        [
            (f"ruuvi/C8:25:2D:8E:9C:2C/{tag}", {"gw_mac": "C8:25:2D:8E:9C:2C", "rssi": -70})
            for tag in ("F5:5D:8B:91:A8:01", "D1:11:11:22:33:44")
        ],
        {"ruuvi/{}/{}"},
    ),
    "rooms with quantities": (
        [(topic, b"1.5") for topic in each(["house/"], ["kitchen", "bath", "bed"], ["/temperature", "/humidity"])],
        {"house/{}/temperature", "house/{}/humidity"},
    ),
    "quantities with rooms": (
        [(topic, b"1.5") for topic in each(["sensors/"], ["temperature", "humidity"], ["/kitchen", "/bath", "/bed"])],
        {"sensors/temperature/{}", "sensors/humidity/{}"},
    ),
    "one robot": (
        [
            ("robot/led", {"on": True, "color": "red"}),
            ("robot/motor", {"left": 1, "right": 2}),
            ("robot/arm", {"angle": 1}),
            ("robot/say", {"text": "x"}),
            ("robot/listen", {"text": "y", "final": True}),
        ],
        {"robot/led", "robot/motor", "robot/arm", "robot/say", "robot/listen"},
    ),
    "rooms of a chat": (
        [(f"chat/{room}", {"user": "a", "text": "b", "ts": 1}) for room in ("lobby", "random", "music")],
        {"chat/{}"},
    ),
    "levels of a log": (
        [(f"log/{level}", {"msg": "x", "logger": "y", "ts": 1}) for level in ("info", "warning", "error", "debug")],
        {"log/info", "log/warning", "log/error", "log/debug"},
    ),
    "commands and states": (
        [
            (topic, b"ON")
            for topic in each(["greenhouse/"], ["zone_a", "zone_b"], ["/pump", "/fan", "/light"], ["/set", "/state"])
        ],
        {"greenhouse/{}/{}/set", "greenhouse/{}/{}/state"},
    ),
    "numbered robots of ROS": (
        [(topic, {"header": {}, "x": 1}) for topic in each(["/robot"], "12", ["/odom", "/scan"])],
        {"/{}/odom", "/{}/scan"},
    ),
    "messages of one type on two topics": (
        [
            (f"health/{name}", {"id": "a", "type": "health.status", "ts": 1.5, "source": "x", "data": {"ok": True}})
            for name in ("router", "camera")
        ],
        {"health/{}"},
    ),
    "messages of two types on two topics": (
        [
            (f"stt/{name}", {"id": "a", "type": f"stt.{name}", "ts": 1.5, "source": "x", "data": {"text": "x"}})
            for name in ("first", "second", "third")
        ],
        {"stt/first", "stt/second", "stt/third"},
    ),
    "Sparkplug": (
        [
            ("spBv1.0/g/NBIRTH/e1", b"\x08\xff"),
            ("spBv1.0/g/DDATA/e1/d1", b"\x08\xff"),
            ("spBv1.0/STATE/h", {"online": True}),
        ],
        {"spBv1.0/{}/NBIRTH/{}", "spBv1.0/{}/DDATA/{}/{}", "spBv1.0/STATE/{}"},
    ),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_topics_of_public_systems_become_their_addresses(name: str) -> None:
    messages, expected = SYSTEMS[name]
    assert addresses(messages) == expected


def test_the_reason_for_a_parameter_is_a_comment_without_a_value(drafts: Drafts) -> None:
    done = drafts.infer(said(f"van/{van}/fix", {"vin": van, "lat": 1.5}) for van in ("anna", "berta", "carla"))
    assert done.addresses == ["van/{vin}/fix"]
    assert "# 3 values: 3 levels, which the payload repeats in 'vin'" in done.text
    assert not any(van in done.text for van in ("anna", "berta", "carla"))


def test_a_level_that_may_be_a_value_is_a_question(drafts: Drafts) -> None:
    done = drafts.infer(said("site/munich/oee", {"site": "munich", "oee": 0.5}) for _ in range(3))
    assert done.addresses == ["site/munich/oee"]
    assert "'munich': a value of a parameter? the payload repeats it in 'site'" in done.text


def test_levels_that_an_address_cannot_have_become_parameters(drafts: Drafts) -> None:
    odd = ["{x}", "a\nb: {}", "\x07", " spaced ", "x" * 300, "\u2028"]
    done = drafts.infer(said(f"dev/{level}/state", {"v": 1}) for level in odd)
    assert done.addresses == ["dev/{dev_id}/state"]
    assert done.verdict.accepted == len(odd)


def test_a_topic_of_home_assistant_is_called_so(drafts: Drafts) -> None:
    config = {"name": "T", "state_topic": "attic/temp", "unique_id": "x"}
    done = drafts.infer([said("homeassistant/sensor/x/config", config, 1, True), said("attic/temp", 21.5)])
    assert (
        done.channel("homeassistant/{component}/{object_id}/config")["description"] == "Home Assistant MQTT discovery."
    )
    assert "# Home Assistant's discovery names topics of it: state_topic (1)" in done.text
