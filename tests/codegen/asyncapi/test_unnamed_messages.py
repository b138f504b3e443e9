"""Messages of AsyncAPI 2 without a name: called by what they are, and never by their position."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.codegen.support.workbench import Workbench


def message(title: str = "", payload_title: str = "", **properties: Any) -> dict[str, Any]:
    payload = {"type": "object", "required": list(properties), "properties": properties}
    made: dict[str, Any] = {"payload": {"title": payload_title, **payload} if payload_title else payload}
    return {"title": title, **made} if title else made


def names(bench: Workbench, publish: list[Any], subscribe: list[Any] | None = None, /, **ids: str) -> set[str]:
    """Return the events of a channel ``chat``, by its messages in either direction."""
    verbs = {"publish": publish, "subscribe": subscribe or []}
    channel = {
        verb: {"message": {"oneOf": listed} if len(listed) > 1 else listed[0]}
        | ({"operationId": ids[verb]} if verb in ids else {})
        for verb, listed in verbs.items()
        if listed
    }
    document = {
        "asyncapi": "2.6.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"chat": channel},
        "components": {
            "schemas": {name: message(at={"type": "number"})["payload"] for name in ("Joined", "Left", "Said")}
        },
    }
    bench.write(json.dumps(document), "test.json", head="")
    text = bench.compile().package.files["chat/__init__.py"]
    return {f"{found[1]}" for found in re.finditer(r"async def on_(\w+)\(", text)}


def ref(name: str) -> dict[str, Any]:
    return {"payload": {"$ref": f"#/components/schemas/{name}"}}


CASES: dict[str, tuple[list[Any], set[str], Any]] = {
    "titles": ([message("User Joined"), message("User Left")], {"user_joined", "user_left"}, message("User Said")),
    "titles of payloads": (
        [message(payload_title="User Joined"), message(payload_title="User Left")],
        {"user_joined", "user_left"},
        message(payload_title="User Said"),
    ),
    "names of payloads": ([ref("Joined"), ref("Left")], {"joined", "left"}, ref("Said")),
    "constants": (
        [message(kind={"const": "join"}), message(kind={"enum": ["leave"]})],
        {"join", "leave"},
        message(kind={"const": "say"}),
    ),
    "one title twice": (
        [message("User", payload_title="Joined"), message("User", payload_title="Left")],
        {"joined", "left"},
        message("User", payload_title="Said"),
    ),
    "types": (
        [{"payload": {"type": "string"}}, {"payload": {"type": "number"}}],
        {"chat_receive_string", "chat_receive_number"},
        {"payload": {"type": "boolean"}},
    ),
    "fields": (
        [message(joined={"type": "string"}), message(left={"type": "string"})],
        {"chat_receive_with_joined", "chat_receive_with_left"},
        message(said={"type": "string"}),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_messages_without_a_name_are_called_by_what_they_are_and_keep_it(bench: Workbench, case: str):
    listed, expected, new = CASES[case]
    assert names(bench, listed) == expected
    assert names(bench, listed[::-1]) == expected
    assert expected < names(bench, [new, *listed])


def test_messages_that_differ_in_no_word_have_digits_of_their_text(bench: Workbench):
    listed = [{"payload": {"type": "number", "minimum": least}} for least in (1, 2, 3)]
    before = names(bench, listed[1:])
    assert all(re.fullmatch(r"chat_receive_[0-9a-f]{4}", name) for name in before)
    assert before < names(bench, listed)


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("onMeasured", "measured"),
        ("receiveLightMeasurement", "light_measurement"),
        ("subscribe-to-lights", "lights"),
        ("measured", "measured"),
        ("onward", "onward"),
    ],
)
def test_an_operation_gives_its_only_message_a_name_without_its_verb(bench: Workbench, operation: str, name: str):
    assert names(bench, [message(at={"type": "number"})], publish=operation) == {name}
    assert names(bench, [message("Title")], publish=operation) == {"title"}


def test_messages_of_both_directions_are_called_by_their_operations(bench: Workbench):
    said = {"payload": {"type": "string"}}
    assert names(bench, [said], [{**said}], publish="sendText", subscribe="onAnswer") == {"text", "answer"}
    assert names(bench, [said], [{**said}]) == {"chat_receive", "chat_send"}


def test_names_of_the_author_are_not_taken_by_messages_without_one(bench: Workbench):
    named = {"name": "user.joined", **message(at={"type": "number"})}
    assert names(bench, [message("User joined"), named, message("User left")]) == {
        "user_joined",
        "user_left",
        "chat",
    }
