"""A correlation id is where the catalog declares it, in both directions: a header, or a field of the payload."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from topicwright import EncodeError, Event
from topicwright.testing import MemoryBroker

from tests.codegen.support.workbench import Workbench

ID = {"type": "string"}
HEADER = "$message.header#/x-id"
NESTED = "$message.payload#/meta/the~1id"


def document(location: str, headers: dict[str, Any] | None = None) -> str:
    meta = {"type": "object", "properties": {"the/id": ID}}
    payload = {"type": "object", "required": ["text"], "properties": {"text": ID, "meta": meta}}
    message = {"payload": payload, "correlationId": {"location": location}, **({"headers": headers} if headers else {})}
    channels = {name: {"address": f"a/{name}", "messages": {name: message}} for name in ("ask", "answer")}
    reply = {"channel": {"$ref": "#/channels/answer"}}
    operation = {"action": "send", "channel": {"$ref": "#/channels/ask"}, "reply": reply}
    return json.dumps(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "T", "version": "1"},
            "channels": channels,
            "operations": {"ask": operation},
        }
    )


async def exchange(module: Any, request: Any, **named: Any) -> tuple[list[Any], Any]:
    """Ask once; return the user properties and payloads on the wire, and the reply."""
    asked: list[Any] = []
    with MemoryBroker() as broker:
        client = module.ATopics(broker.url, "both")
        await client.connect()

        async def answer(event: Event[Any, Any, Any]) -> Any:
            asked.append(event)
            return module.Answer(text=event.data.text, meta=module.AnswerMeta())

        await client.serve_ask(answer)
        reply = await client.request_ask(request, timeout=5, **named)
    return asked, reply


async def test_header_carries_the_id_of_request_and_reply(bench: Workbench) -> None:
    bench.write(document(HEADER), "test.json", head="")
    module = bench.load()
    assert (module.ASK.correlation, module.ASK.correlation_header) == (None, "x-id")
    asked, reply = await exchange(module, module.Ask(text="q"))
    assert (len(asked[0].id), reply.text) == (32, "q")


async def test_header_that_the_author_declares_and_the_caller_fills_in_is_the_id(bench: Workbench) -> None:
    headers = {"type": "object", "required": ["x-id"], "properties": {"x-id": ID}}
    bench.write(document(HEADER, headers), "test.json", head="")
    module = bench.load()
    asked, reply = await exchange(module, module.Ask(text="q"), headers=module.AskHeaders(x_id="mine"))
    assert (asked[0].id, asked[0].headers.x_id, reply.text) == ("mine", "mine", "q")


async def test_inner_field_carries_the_id(bench: Workbench) -> None:
    bench.write(document(NESTED), "test.json", head="")
    module = bench.load()
    assert module.ASK.correlation == "meta.the_id"
    asked, reply = await exchange(module, module.Ask(text="q", meta=module.AskMeta()))
    assert asked[0].data.meta.the_id == asked[0].id == reply.meta.the_id
    with pytest.raises(EncodeError, match="no 'meta' to put the correlation id into"):
        await exchange(module, module.Ask(text="q"))


async def test_requests_at_the_same_time_get_their_own_replies(bench: Workbench) -> None:
    bench.write(document(HEADER), "test.json", head="")
    module = bench.load()
    with MemoryBroker() as broker:
        client = module.ATopics(broker.url, "both")
        await client.connect()

        async def answer(event: Event[Any, Any, Any]) -> Any:
            return module.Answer(text=event.data.text)

        await client.serve_ask(answer)
        found = await asyncio.gather(*(client.request_ask(module.Ask(text=str(n)), timeout=5) for n in range(20)))
    assert [reply.text for reply in found] == [str(n) for n in range(20)]


@pytest.mark.parametrize(
    ("location", "code"),
    [("$message.header#/a/b", "TW313"), ("$message.payload#/nothing", "TW314")],
)
def test_location_without_a_field_is_reported(bench: Workbench, location: str, code: str) -> None:
    bench.write(document(location), "test.json", head="")
    assert code in " ".join(bench.warnings())
