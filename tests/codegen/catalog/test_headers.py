"""Headers have the types of their schemas, on the way out and on the way in."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from topicwright import DecodeError, EncodeError, Event, MQTTClient, NoHeaders
from topicwright.codec.headers import decode_headers, encode_headers
from topicwright.testing import MemoryBroker

from tests.codegen.support.workbench import Workbench

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
TREE = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (TEXT, ["x", "5", "null", "true", '"x"', "", "ä", "[1]", " a"]),
    ({"type": ["string", "null"]}, ["x", "null", '"null"', '"\\"null\\""', "5", "true", '"x"']),
    (WHOLE, [5, 0, -3, 2**70]),
    ({"type": "number"}, [2.5, -0.5, 1e20]),
    ({"type": "boolean"}, [True, False]),
    ({"type": ["integer", "string"]}, [5, "5", "x", '"5"', "5.0", "5.5", "true"]),
    ({"type": ["number", "string"]}, [5.5, "5", "5.5"]),
    ({"type": ["boolean", "string"]}, [True, "true", "5"]),
    ({"const": 1}, [1]),
    ({"const": True}, [True]),
    ({"const": "null"}, ["null"]),
    ({"enum": [1, "1", True]}, [1, "1", True]),
    ({"type": "number", "enum": [1.5, 2]}, [1.5]),
    ({"type": "array", "items": WHOLE}, [[1, 2], []]),
    ({"type": "array", "items": {"type": ["string", "integer"]}}, [[1, "1"]]),
    ({"oneOf": [{"type": "array", "items": TEXT}, TEXT]}, [["a"], "a", "[]", '["a"]']),
    ({"type": "object", "additionalProperties": WHOLE}, [{"a": 1}, {}]),
    ({"type": "object", "required": ["a"], "properties": {"a": WHOLE}}, [{"a": 1}]),
    ({"type": "string", "format": "date"}, ["2020-01-02"]),
    ({"type": "string", "format": "date-time"}, ["2020-01-02T03:04:05Z"]),
    ({"type": "string", "format": "uuid"}, ["00000000-0000-0000-0000-000000000007"]),
    ({"type": "string", "pattern": "^[0-9]+$"}, ["5"]),
    ({"anyOf": [{"type": "integer", "maximum": 3}, TEXT]}, [3, "3", "7"]),
    ({}, [5, "5", "x", {"a": [1]}, True, "true"]),
    ({"$ref": "#/components/schemas/Tree"}, [{"kids": [{"kids": []}]}]),
]
NULLABLE = [{"type": ["string", "null"]}, {"type": ["integer", "null"]}, {"enum": [1, None]}]


def channel(name: str, headers: dict[str, Any]) -> dict[str, Any]:
    payload = {"type": "object", "properties": {"x": WHOLE}}
    return {"address": f"t/{name}", "messages": {name: {"summary": "s", "headers": headers, "payload": payload}}}


def load(bench: Workbench, schemas: list[dict[str, Any]], **more: Any) -> ModuleType:
    """Compile a channel ``say<n>`` for each schema of a header ``h``."""
    headers = [{"type": "object", "required": ["h"], "properties": {"h": schema}, **more} for schema in schemas]
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {f"say{at}": channel(f"say{at}", schema) for at, schema in enumerate(headers)},
        "components": {"schemas": {"Tree": TREE}},
    }
    bench.write(json.dumps(document), "test.json", head="")
    return bench.load(inside="t")


def test_every_value_of_a_header_comes_back_as_it_was(bench: Workbench) -> None:
    module = load(bench, [schema for schema, _ in CASES])
    for at, (_, values) in enumerate(CASES):
        topic = getattr(module, f"SAY{at}")
        for value in values:
            headers = topic.headers.model_validate_json(json.dumps({"h": value}))
            back = decode_headers(topic, "t", encode_headers(topic, headers))
            assert back == headers
            assert json.dumps(json.loads(back.model_dump_json())["h"]) == json.dumps(value)


def test_null_of_a_header_that_allows_it_stays_null(bench: Workbench) -> None:
    module = load(bench, NULLABLE)
    for at in range(len(NULLABLE)):
        topic = getattr(module, f"SAY{at}")
        sent = encode_headers(topic, topic.headers(h=None))
        assert sent == (("h", "null"),)
        assert decode_headers(topic, "t", sent).h is None


def test_text_of_a_peer_is_read_as_the_type_of_the_header(bench: Workbench) -> None:
    module = load(bench, [TEXT, {"type": ["string", "null"]}, {"anyOf": [{"type": "integer", "maximum": 3}, TEXT]}])
    read = [decode_headers(topic, "t", (("h", text),)).h for topic, text in ((module.SAY0, '"x"'), (module.SAY1, "5"))]
    assert read == ['"x"', "5"]
    assert [decode_headers(module.SAY2, "t", (("h", text),)).h for text in ("3", "7", "x")] == [3, "7", "x"]


@pytest.mark.parametrize("text", ["x", "5.5", "[5]", "", "NaN", "1e400", "true", '{"a":', "[" * 5000])
def test_header_of_another_type_is_an_invalid_message(bench: Workbench, text: str) -> None:
    topic = load(bench, [WHOLE]).SAY0
    with pytest.raises(DecodeError, match="header h"):
        decode_headers(topic, "t", (("h", text),))


def test_headers_that_the_schema_leaves_open_come_back_too(bench: Workbench) -> None:
    topic = load(bench, [TEXT], additionalProperties=WHOLE).SAY0
    headers = topic.headers.model_validate({"h": "x", "more": 5})
    assert encode_headers(topic, headers) == (("h", "x"), ("more", "5"))
    assert decode_headers(topic, "t", (("h", "x"), ("more", "5"))) == headers


async def test_nothing_is_published_with_headers_of_another_class(bench: Workbench) -> None:
    module = load(bench, [TEXT, TEXT])
    topic, data = module.SAY0, module.SAY0.model(x=1)
    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "me") as client:
            for wrong in ({}, {"h": "x"}, ["h"], "x", 7, module.SAY1.headers(h="x"), NoHeaders()):
                with pytest.raises(TypeError, match="the headers of say0 are Say0Headers"):
                    await client.publish(topic, data, params=None, headers=wrong)
            with pytest.raises(EncodeError, match=r"say0 needs headers \(Say0Headers\): header h: Field required"):
                await client.publish(topic, data, params=None, headers=None)
            with pytest.raises(EncodeError, match=r"say0 needs headers"):
                await client.publish(topic, data)
        assert broker.messages == []


async def test_headers_are_refused_where_the_message_declares_none(bench: Workbench) -> None:
    payload = {"type": "object", "properties": {"x": WHOLE}}
    channels = {"c": {"address": "t/c", "messages": {"plain": {"payload": payload}}}}
    bench.write(
        json.dumps({"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}, "channels": channels}), "t.json", ""
    )
    module = bench.load(inside="t")
    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "me") as client:
            with pytest.raises(TypeError, match="plain has no headers"):
                await client.publish(module.PLAIN, module.Plain(x=1), params=None, headers={"a": "b"})


@pytest.mark.parametrize(
    ("value", "problem"), [("a\0b", "U[+]0000"), ("\ud800", "cannot be written as JSON"), ("ä" * 40_000, "80000 bytes")]
)
def test_header_that_mqtt_cannot_carry_is_refused_before_it_is_sent(bench: Workbench, value: str, problem: str) -> None:
    topic = load(bench, [TEXT]).SAY0
    with pytest.raises(EncodeError, match=problem):
        encode_headers(topic, topic.headers.model_construct(h=value))


async def test_handler_gets_headers_with_their_types(bench: Workbench) -> None:
    topic = load(bench, [{"type": "array", "items": WHOLE}]).SAY0
    got: list[Event[Any, Any, Any]] = []

    async def handler(event: Event[Any, Any, Any]) -> None:
        got.append(event)

    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "me") as client:
            await client.on(topic, handler)
            await client.publish(topic, topic.model(x=1), params=None, headers=topic.headers(h=[1, 2]))
            await client.shutdown()
    assert got[0].headers.h == [1, 2]


JUDGED = {
    "type": "object",
    "properties": {"a": TEXT, "b": TEXT, "n": {"type": "integer", "not": {"const": 3}}},
    "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
}


def judged(bench: Workbench) -> Any:
    channels = {"say": channel("say", JUDGED)}
    document = {"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}, "channels": channels}
    bench.write(json.dumps(document), "test.json", head="")
    return bench.load(inside="t").SAY


def test_headers_are_checked_against_what_no_python_type_says(bench: Workbench) -> None:
    topic = judged(bench)
    assert encode_headers(topic, topic.headers(a="x", n=5)) == (("a", "x"), ("n", "5"))
    assert decode_headers(topic, "t", (("b", "x"),)).b == "x"
    for user in ((), (("n", "5"),), (("a", "x"), ("n", "3"))):
        with pytest.raises(DecodeError):
            decode_headers(topic, "t", user)
        with pytest.raises(EncodeError):
            encode_headers(topic, topic.headers(**{name: int(v) if name == "n" else v for name, v in user}))
