"""Payloads become schemas."""

from __future__ import annotations

from typing import Any

import pytest

from tests.codegen.infer.drafts import Drafts, said

UUIDS = [f"{number:08x}-0000-4000-8000-00000000000a" for number in range(40)]


def field(drafts: Drafts, values: list[Any], name: str = "x") -> dict[str, Any]:
    done = drafts.infer(said("a/b", {name: value}) for value in values)
    assert done.verdict.accepted == len(values), done.report
    return dict(done.payload("a/b")["properties"][name])


CASES: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "integers": ([1, 2, 3], {"type": "integer"}),
    "integers and fractions": ([1, 2.5], {"type": "number"}),
    "fractions that are whole": ([1.0, 2.0], {"type": "number"}),
    "integers and null": ([1, None], {"type": ["integer", "null"]}),
    "booleans": ([True, False], {"type": "boolean"}),
    "texts": (["a b", "c d"], {"type": "string"}),
    "texts and numbers": (["a b", 5], {"type": ["string", "integer"]}),
    "only null": ([None, None], {}),
    "times": (["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5+01:00"], {"type": "string", "format": "date-time"}),
    "times without a zone": (["2026-01-01T00:00:00"] * 3, {"type": "string"}),
    "days": (["2026-01-01", "2026-02-03"], {"type": "string", "format": "date"}),
    "ids": (UUIDS, {"type": "string", "format": "uuid"}),
    "addresses": (["10.0.0.1", "192.168.1.254"], {"type": "string", "format": "ipv4"}),
    "links": (["https://example.com/a", "mqtt://h:1883"], {"type": "string", "format": "uri"}),
    "ids and other texts": ([*UUIDS, "none"], {"type": "string"}),
    "arrays": ([[1], [], [2, 3]], {"type": "array", "items": {"type": "integer"}}),
    "empty arrays": ([[], []], {"type": "array", "items": {}}),
    "a text or an object": (["a b", {"y": 1}], {}),
    "huge numbers": ([10**40, 2**63], {"type": "integer"}),
}


@pytest.mark.parametrize("case", CASES)
def test_values_have_the_narrowest_type_that_they_show(drafts: Drafts, case: str) -> None:
    values, expected = CASES[case]
    found = field(drafts, values)
    if "anyOf" in found:
        assert [option["type"] for option in found["anyOf"]] == ["object", "string"]
    else:
        assert found == expected


def test_few_names_that_repeat_are_an_enum(drafts: Drafts) -> None:
    assert field(drafts, ["idle", "driving", "stand-by"] * 5)["enum"] == ["driving", "idle", "stand-by"]


NO_ENUMS = {
    "names of people": ["Anna", "Jonas"] * 20,
    "sentences": ["all is well", "it is late"] * 20,
    "values that do not repeat": [f"value-{chr(97 + number)}" for number in range(20)],
    "few values": ["idle", "driving"] * 2,
    "values that go on being new": [*["idle"] * 20, "driving", "stopped"],
    "one value": ["idle"] * 20,
    "ids": [f"op-{number % 3}" for number in range(40)] + [UUIDS[0]] * 4,
}


@pytest.mark.parametrize("case", NO_ENUMS)
def test_texts_that_may_be_data_are_no_enum(drafts: Drafts, case: str) -> None:
    assert field(drafts, NO_ENUMS[case]) == {"type": "string"}


@pytest.mark.parametrize("name", ["user", "operator_name", "ownerId", "host", "lang", "password"])
def test_fields_that_hold_data_by_their_name_are_no_enum(drafts: Drafts, name: str) -> None:
    assert field(drafts, ["alpha", "beta"] * 20, name) == {"type": "string"}


def test_a_field_is_required_where_every_message_has_it(drafts: Drafts) -> None:
    payload = drafts.infer(said("a/b", {"always": 1, **({"now": 2} if at % 3 else {})}) for at in range(9)).payload(
        "a/b"
    )
    assert payload["required"] == ["always"]
    assert list(payload["properties"]) == ["always", "now"]


def test_keys_that_are_data_make_a_map(drafts: Drafts) -> None:
    done = drafts.infer(said("a/b", {"seats": {one: {"free": True} for one in UUIDS[at : at + 3]}}) for at in range(5))
    seats = done.payload("a/b")["properties"]["seats"]
    assert "properties" not in seats
    assert seats["additionalProperties"]["properties"]["free"]["type"] == "boolean"
    assert UUIDS[0] not in done.text


def test_units_in_names_are_asked_for(drafts: Drafts) -> None:
    done = drafts.infer(said("a/b", {"temp_c": 1.5, "took_ms": 3, "level_pct": 5, "at": 1767225600}) for _ in range(3))
    for unit in ("degrees Celsius", "milliseconds", "percent", "seconds since 1970"):
        assert f"unit: {unit}? then say x-unit" in done.text


def test_a_field_with_a_constant_tells_events_apart(drafts: Drafts) -> None:
    events = [{"type": "raised", "level": 1}, {"type": "cleared", "after_s": 1.5}] * 5
    done = drafts.infer(said("plant/alarms", event) for event in events)
    assert [dict(payload["properties"]["type"]) for payload in done.payloads("plant/alarms")] == [
        {"type": "string", "const": "raised"},
        {"type": "string", "const": "cleared"},
    ]
    assert done.verdict.accepted == 10


def test_a_field_with_few_values_alone_tells_nothing_apart(drafts: Drafts) -> None:
    done = drafts.infer(said("plant/alarms", {"type": kind, "level": 1}) for kind in ("raised", "cleared") * 10)
    assert done.payload("plant/alarms")["properties"]["type"]["enum"] == ["cleared", "raised"]


TEXTS = {
    "numbers": ([b"21", b"21.5"], "text/plain", {"type": "number"}),
    "booleans": ([b"true", b"false"], "text/plain", {"type": "boolean"}),
    "words": ([b"ON", b"OFF"] * 4, "text/plain", {"type": "string", "enum": ["OFF", "ON"]}),
    "numbers and words": ([b"21.5", b"unavailable"], "text/plain", {"type": "string"}),
    "colours of a terminal": ([b"\x1b[0;36m[D]\x1b[0m"] * 2, "text/plain", {"type": "string"}),
    "pictures": ([b"\xff\xd8\xff\xe0\x00"] * 2, "application/octet-stream", {"type": "string", "format": "binary"}),
    "texts in quotes": ([b'"a b"'] * 2, None, {"type": "string"}),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts_and_bytes_are_told_from_json(drafts: Drafts, case: str) -> None:
    payloads, kind, expected = TEXTS[case]
    done = drafts.infer(said("a/b", payload) for payload in payloads)
    (message,) = done.channel("a/b")["messages"].values()
    assert message.get("contentType") == kind
    assert dict(done.payload("a/b")) == expected
    assert done.verdict.accepted == len(payloads)


def test_several_kinds_of_payload_on_one_topic_are_several_events(drafts: Drafts) -> None:
    payloads = [b"on", b'{"a": 1}', b"\x00\x01", b""] * 3
    done = drafts.infer(said("m/x", payload) for payload in payloads)
    assert len(done.payloads("m/x")) == 4
    assert done.verdict.accepted == len(payloads)


def test_delivery_is_that_of_the_messages(drafts: Drafts) -> None:
    done = drafts.infer([said("a/b", {"x": 1}, 1, True, expiry=60), said("a/b", {"x": 1}, 2, True, expiry=30)])
    assert dict(done.channel("a/b")["x-mqtt"]) == {"qos": 2, "retain": True, "expiry": 60}
    assert "# QoS differs: 1 in 1, 2 in 1" in done.text


def test_what_is_left_of_an_expiry_in_a_store_is_a_question(drafts: Drafts) -> None:
    done = drafts.infer([said("a/b", {"x": 1}, 0, True, expiry=3565)])
    assert dict(done.channel("a/b")["x-mqtt"]) == {"qos": 0, "retain": True}
    assert "# message expiry: 3565 s or more, " in done.text
    assert "seen 1 time: what is required is a guess" in done.text


def test_envelopes_are_recognised(drafts: Drafts) -> None:
    ours = {"id": "a" * 32, "type": "memory.query", "ts": 1.5, "source": "router", "data": {"text": "x"}}
    event = {"specversion": "1.0", "id": "1", "source": "/a", "type": "job.done", "data": {"ok": True}}
    done = drafts.infer([*[said("memory/query", ours)] * 3, *[said("jobs/done", event)] * 2, said("plain/b", {"x": 1})])
    assert list(done.payload("memory/query")["properties"]) == ["text"]
    assert list(done.payload("jobs/done")["properties"]) == ["ok"]
    (message,) = done.channel("jobs/done")["messages"].values()
    assert message["name"] == "job.done"
    assert message["x-envelope"] == "cloudevents"
    assert done.verdict.accepted == 6


def test_values_are_in_the_draft_with_examples_only(drafts: Drafts) -> None:
    secret = {"text": "Hello Cooper", "pin": 4711, "tags": ["blue sky"], "deep": {"who": "Anna B."}}
    messages = [said("a/b", secret), said("a/c", b"my text"), said("a/b", secret, user=(("k", "user value"),))]
    hidden = drafts.infer(messages)
    for value in ("Cooper", "4711", "blue", "Anna", "my text", "user value"):
        assert value not in hidden.text
        assert value not in drafts.file.with_name(".asyncapi.yaml.inferred.json").read_text("utf-8")
    drafts.file.unlink()
    shown = drafts.infer(messages, examples=True)
    assert "Hello Cooper" in shown.text
    assert "4711" in shown.text


def test_fields_that_may_be_keys_of_a_map_are_a_question(drafts: Drafts) -> None:
    cameras = {name: {"fps": 1.5, "pid": 3} for name in ("porch", "garden", "drive")}
    done = drafts.infer([said("a/b", {"cameras": cameras})] * 5)
    assert "a map? 3 of its fields are objects with the same fields" in done.text
