"""The schema itself judges what no type says: of received JSON as it came, and of what is about to be sent."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from topicwright import DecodeError, EncodeError, JsonSchema, JsonSchemas, Model, Nullable, Omittable, RootModel, Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import encode
from topicwright.mqtt.message import Incoming

SCHEMAS = JsonSchemas(
    {
        "Pair": {"type": "object", "properties": {"a": {}, "b": {"$ref": "#/$defs/Level"}}, "minProperties": 1},
        "Closed": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
        "Level": {"type": ["integer", "null"], "multipleOf": 0.5},
        "Text": {"type": "string", "pattern": r"^\d+$"},
        "Tree": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Tree"}},
    }
)


class Pair(Model):
    __json_schema__: ClassVar[JsonSchema] = SCHEMAS["Pair"]
    a: Nullable[Any] = None
    b: Nullable[int | None] = None


class Closed(Model):
    __json_schema__: ClassVar[JsonSchema] = SCHEMAS["Closed"]
    a: Omittable[int] = None


class Text(RootModel[str]):
    __json_schema__: ClassVar[JsonSchema] = SCHEMAS["Text"]


class Tree(RootModel[dict[str, Any]]):
    __json_schema__: ClassVar[JsonSchema] = SCHEMAS["Tree"]


def read(topic: Topic[Any, Any, Any], payload: bytes) -> Any:
    return Decoder(topic).decode(Incoming("t", payload)).data


def problems(topic: Topic[Any, Any, Any], payload: bytes) -> list[str]:
    with pytest.raises(DecodeError) as caught:
        read(topic, payload)
    return caught.value.problems


@pytest.mark.parametrize("wire", ["none", "tars", "cloudevents"])
def test_a_message_is_judged_as_it_was_received_in_every_envelope(wire: Any) -> None:
    topic: Topic[Any, Any, Any] = Topic("t", "pair", Pair, wire=wire)

    def around(data: object) -> bytes:
        envelope = {"id": "1", "type": "pair", "source": "s", "specversion": "1.0", "data": data}
        return json.dumps(data if wire == "none" else envelope).encode()

    assert read(topic, around({"b": 2.0})).b == 2
    assert read(topic, around({"unknown": 1})).a is None
    assert problems(topic, around({}))[0].startswith("payload: ")


def test_a_closed_object_refuses_fields_that_its_schema_does_not_name() -> None:
    topic: Topic[Any, Any, Any] = Topic("t", "closed", Closed)
    assert read(topic, b'{"a": 1}').a == 1
    assert "'b'" in problems(topic, b'{"a": 1, "b": 2}')[0]


def test_what_violates_its_schema_is_not_sent() -> None:
    for wire in ("none", "tars"):
        topic: Topic[Any, Any, Any] = Topic("t", "pair", Pair, wire=wire)
        with pytest.raises(EncodeError, match="pair violates its schema: payload: "):
            encode(topic, Pair(), message_id="1", source="s", ts=0.0)
        assert encode(topic, Pair(a=None), message_id="1", source="s", ts=0.0)


def test_patterns_are_those_of_ecma_262() -> None:
    topic: Topic[Any, Any, Any] = Topic("t", "text", Text)
    assert read(topic, b'"12"').root == "12"
    assert problems(topic, '"٣"'.encode())
    assert problems(topic, b'"x1"')


def test_a_plain_text_is_judged_too() -> None:
    topic: Topic[Any, Any, Any] = Topic("t", "text", Text, content_type="text/plain")
    assert read(topic, b"12").root == "12"
    assert problems(topic, b"twelve")


def test_problems_have_no_values_and_are_short_and_printable() -> None:
    topic: Topic[Any, Any, Any] = Topic("t", "closed", Closed)
    found = problems(topic, json.dumps({f"\n\x1b[31m{number}" + "k" * 5000: "secret" for number in range(50)}).encode())
    assert all(text.isprintable() and len(text) < 400 and "secret" not in text for text in found)


def test_a_message_that_is_nested_too_deeply_is_invalid() -> None:
    topic: Topic[Any, Any, Any] = Topic("t", "tree", Tree)
    assert problems(topic, b'{"a":' * 5000 + b"{}" + b"}" * 5000)


def test_a_pattern_that_could_run_for_ever_ends() -> None:
    slow = JsonSchemas({"Slow": {"type": "string", "pattern": r"^(?=(a+)+$)b"}})["Slow"]
    assert slow.problems("a" * 40)
