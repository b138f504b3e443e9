"""A correlation id has the type of its field or header; one that fits is made, or the caller is asked for it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from topicwright import EncodeError, Event
from topicwright.testing import MemoryBroker

from tests.codegen.support.workbench import Workbench

MADE: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, r'"[0-9a-f]{32}"'),
    ({"type": "integer"}, r"[1-9]\d*"),
    ({"type": "integer", "minimum": 1000, "maximum": 2147483647}, r"[1-9]\d{3,9}"),
    ({"type": "integer", "exclusiveMinimum": 0}, r"[1-9]\d*"),
    ({"type": ["integer", "null"]}, r"[1-9]\d*"),
    ({"type": ["integer", "string"]}, r'"[0-9a-f]{32}"'),
    ({"type": "number"}, r"[1-9]\d*(\.0)?"),
    ({"type": "string", "format": "uuid"}, r'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"'),
    ({"type": "string", "maxLength": 12}, r'"[0-9a-f]{12}"'),
    ({"type": "string", "minLength": 40}, r'"[0-9a-f]{64}"'),
    ({"type": "string", "pattern": "^[0-9A-F]+$"}, r'"[0-9A-F]{32}"'),
    ({}, r'"[0-9a-f]{32}"'),
]
ASKED_FOR: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string", "enum": ["left", "right"]}, "left"),
    ({"enum": [1, 2]}, 2),
    ({"type": "string", "pattern": "^REQ-[0-9]+$"}, "REQ-7"),
    ({"type": "string", "format": "date-time"}, "2026-01-01T00:00:00Z"),
    ({"type": "string", "maxLength": 4}, "abcd"),
    ({"type": "integer", "minimum": 0, "maximum": 255}, 0),
    ({"type": "boolean"}, False),
]
GIVEN: list[tuple[dict[str, Any], Any]] = [
    ({"type": "integer"}, 0),
    ({"type": "integer"}, 2**70),
    ({"type": "number"}, 2.5),
    ({"type": ["integer", "string"]}, "5"),
    ({"type": ["integer", "string"]}, 5),
    ({"type": "string"}, "5"),
    ({"type": "string", "format": "uuid"}, "00000000-0000-0000-0000-000000000007"),
    ({"type": "string", "format": "date-time"}, "2026-01-01T00:00:00.500000Z"),
    ({"const": "only"}, "only"),
    *ASKED_FOR,
]


def write(bench: Workbench, schema: dict[str, Any], place: str = "payload") -> None:
    """Write a catalog of a request and its reply, which have an id of this schema in the payload or in a header."""
    part = {"type": "object", "properties": {"id": schema}}
    message = {"correlationId": {"location": f"$message.{place}#/id"}, "payload": part}
    if place == "header":
        message |= {"headers": part, "payload": {"type": "object", "properties": {"q": {"type": "string"}}}}
    channels = {name: {"address": f"a/{name}", "messages": {name: message}} for name in ("ask", "answer")}
    reply = {"channel": {"$ref": "#/channels/answer"}}
    operation = {"action": "send", "channel": {"$ref": "#/channels/ask"}, "reply": reply}
    head = {"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}}
    bench.write(json.dumps({**head, "channels": channels, "operations": {"ask": operation}}), "test.json", head="")


async def exchange(module: Any, request: Any, **named: Any) -> tuple[str, str]:
    """Ask once; return the JSON text of the id in the request and in the reply."""
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "both") as client:

            async def answer(event: Event[Any, Any, Any]) -> Any:
                return module.Answer()

            await client.serve_ask(answer)
            await client.request_ask(request, timeout=5, **named)
        asked, answered = (re.search(rb'"id":(.*)}', message.payload) for message in broker.messages)
        if asked is None or answered is None:
            asked, answered = (dict(message.properties.user)["id"] for message in broker.messages)
            return asked, answered
    return asked[1].decode(), answered[1].decode()


@pytest.mark.parametrize(("schema", "expected"), MADE)
async def test_made_id_has_the_type_of_its_field(bench: Workbench, schema: dict[str, Any], expected: str) -> None:
    write(bench, schema)
    module = bench.load()
    asked, answered = await exchange(module, module.Ask())
    assert re.fullmatch(expected, asked)
    assert answered == asked


@pytest.mark.parametrize(("schema", "value"), GIVEN)
async def test_given_id_comes_back_as_it_is(bench: Workbench, schema: dict[str, Any], value: Any) -> None:
    write(bench, schema)
    module = bench.load()
    asked, answered = await exchange(module, module.Ask.model_validate_json(json.dumps({"id": value})))
    assert json.loads(asked) == value
    assert answered == asked


@pytest.mark.parametrize(("schema", "value"), ASKED_FOR)
async def test_id_that_cannot_be_made_is_asked_for_before_anything_is_sent(
    bench: Workbench, schema: dict[str, Any], value: Any
) -> None:
    write(bench, schema)
    module = bench.load()
    with pytest.raises(EncodeError, match="needs a correlation id in 'id': give one"):
        await exchange(module, module.Ask())


@pytest.mark.parametrize(
    ("schema", "expected"),
    [({"type": "integer"}, r"[1-9]\d*"), ({"type": "string", "format": "uuid"}, r"[0-9a-f]{8}-.*"), ({}, ".{32}")],
)
async def test_made_id_has_the_type_of_its_header(bench: Workbench, schema: dict[str, Any], expected: str) -> None:
    write(bench, schema, "header")
    module = bench.load()
    asked, answered = await exchange(module, module.Ask())
    assert re.fullmatch(expected, asked)
    assert answered == asked


async def test_header_whose_id_cannot_be_made_is_asked_for(bench: Workbench) -> None:
    write(bench, {"type": "string", "pattern": "^[A-Z]{3}$"}, "header")
    module = bench.load()
    with pytest.raises(EncodeError, match="needs a correlation id in 'header id': give one"):
        await exchange(module, module.Ask())
    assert await exchange(module, module.Ask(), headers=module.AskHeaders(id="ABC")) == ("ABC", "ABC")


async def test_made_header_that_the_schema_refuses_is_not_sent(bench: Workbench) -> None:
    write(bench, {"type": "string", "not": {"pattern": "^[0-9a-f]+$"}}, "header")
    module = bench.load()
    with pytest.raises(EncodeError, match="AskHeaders violates its schema: id: "):
        await exchange(module, module.Ask())
    assert await exchange(module, module.Ask(), headers=module.AskHeaders(id="xyz")) == ("xyz", "xyz")


async def test_id_that_the_field_refuses_is_an_error_of_the_caller(bench: Workbench) -> None:
    write(bench, {"type": "integer"})
    module = bench.load()
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "me") as client:
            with pytest.raises(EncodeError, match="cannot have the correlation id 'x' in 'id'"):
                await client.publish_ask(module.Ask(), correlation_id="x")
            assert await client.publish_ask(module.Ask(), correlation_id="7") == "7"
        assert [message.payload for message in broker.messages] == [b'{"id":7}']
