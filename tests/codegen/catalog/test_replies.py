"""Replies with headers, several replies with one payload, and replies that go where their request says."""

from __future__ import annotations

import inspect
import json
from types import ModuleType
from typing import Any

import pytest
from topicwright import EncodeError, Event, Reply, RequestTimeoutError
from topicwright.testing import MemoryBroker

from tests.codegen.support.workbench import Workbench
from tests.runtime.support.clients import eventually, within

TEXT = {"type": "string"}
HEAD = {"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}}
STATUS = {"type": "object", "properties": {"text": TEXT}}
HEADERS = {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["ok", "failed"]}}}
REPLY_TO = {"type": "object", "properties": {"q": TEXT, "meta": {"type": "object", "properties": {"reply/to": TEXT}}}}
IN_PAYLOAD = "$message.payload#/meta/reply~1to"


def load(
    bench: Workbench,
    replies: dict[str, Any],
    request: dict[str, Any] | None = None,
    *,
    address: str | None = "a/done",
    location: str | None = None,
    **more: Any,
) -> ModuleType:
    write(bench, replies, request, address=address, location=location, **more)
    return bench.load()


def write(
    bench: Workbench,
    replies: dict[str, Any],
    request: dict[str, Any] | None = None,
    *,
    address: str | None = "a/done",
    location: str | None = None,
    **more: Any,
) -> None:
    """Write a catalog of a request ``ask`` and its replies, which may go to a place that the request names."""
    ask = request or {"payload": {"type": "object", "properties": {"q": TEXT}}}
    channels = {
        "ask": {"address": "a/ask", "messages": {"ask": ask}},
        "done": {"address": address, "messages": replies, "x-domain": "a"},
    }
    reply: dict[str, Any] = {"channel": {"$ref": "#/channels/done"}}
    if location is not None:
        reply["address"] = {"location": location}
    operation = {"action": "receive", "channel": {"$ref": "#/channels/ask"}, "reply": reply}
    document = {**HEAD, "channels": channels, "operations": {"ask": operation}, **more}
    bench.write(json.dumps(document), "test.json", head="")


def two_replies(bench: Workbench) -> ModuleType:
    payload = {"$ref": "#/components/schemas/Status"}
    replies = {name: {"payload": payload} for name in ("accepted", "rejected")}
    return load(bench, replies, **{"x-envelope": "tars"}, components={"schemas": {"Status": STATUS}})


async def test_responder_chooses_among_replies_with_one_payload(bench: Workbench) -> None:
    module = two_replies(bench)
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "both") as client:

            async def answer(event: Event[Any]) -> Any:
                status = module.Status(text="x")
                return status if event.data.q == "bare" else Reply(status, topic=getattr(module, event.data.q))

            await client.serve_ask(answer)
            for chosen, kind in (("bare", "accepted"), ("ACCEPTED", "accepted"), ("REJECTED", "rejected")):
                reply = await within(client.ask_ask(module.Ask(q=chosen)))
                assert (reply.type, reply.data.text, reply.topic) == (kind, "x", "a/done")
            assert (await within(client.request_ask(module.Ask(q="REJECTED")))).text == "x"
    assert [json.loads(message.payload)["type"] for message in broker.messages[1::2]] == [
        *("accepted", "accepted", "rejected", "rejected")
    ]


def test_type_of_a_responder_says_that_it_chooses(bench: Workbench) -> None:
    module = two_replies(bench)
    assert (
        "Responder[Ask, Status | Reply[Status]]"
        in inspect.signature(module.ATopics.serve_ask).parameters["responder"].annotation
    )
    assert "REJECTED" in (module.ATopics.serve_ask.__doc__ or "")


async def test_reply_has_its_headers_on_both_sides(bench: Workbench) -> None:
    module = load(bench, {"done": {"headers": HEADERS, "payload": STATUS}})
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "both") as client:

            async def answer(event: Event[Any]) -> Any:
                return Reply(module.Done(text="x"), module.DoneHeaders(status="failed"))

            await client.serve_ask(answer)
            reply = await within(client.ask_ask(module.Ask()))
            assert (reply.data.text, reply.headers.status) == ("x", "failed")


async def test_reply_without_its_required_header_is_not_sent(
    bench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    module = load(bench, {"done": {"headers": HEADERS, "payload": STATUS}})
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "both") as client:

            async def answer(event: Event[Any]) -> Any:
                return module.Done(text="x")

            await client.serve_ask(answer)
            with pytest.raises(RequestTimeoutError):
                await client.request_ask(module.Ask(), timeout=0.2)
        assert [message.topic for message in broker.messages] == ["a/ask"]
    assert "done needs headers (DoneHeaders): header status: Field required" in caplog.text


async def test_reply_of_another_call_is_an_error_of_the_responder(
    bench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    module = two_replies(bench)
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "both") as client:

            async def answer(event: Event[Any]) -> Any:
                return Reply(module.Status(text="x"), topic=module.ASK)

            await client.serve_ask(answer)
            with pytest.raises(Exception, match="'ask' is no reply to ask"):
                await within(client.request_ask(module.Ask()))


def place(bench: Workbench, where: str) -> ModuleType:
    if where == "payload":
        return load(bench, {"done": {"payload": STATUS}}, {"payload": REPLY_TO}, address=None, location=IN_PAYLOAD)
    headers = {"type": "object", "properties": {"reply-to": TEXT}}
    ask = {"headers": headers, "payload": {"type": "object", "properties": {"q": TEXT}}}
    return load(bench, {"done": {"payload": STATUS}}, ask, address=None, location="$message.header#/reply-to")


@pytest.mark.parametrize("where", ["payload", "header"])
async def test_reply_goes_to_the_address_that_the_request_names(bench: Workbench, where: str) -> None:
    module = place(bench, where)
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "server") as server, module.ATopics(broker.url, "asker") as asker:

            async def answer(event: Event[Any]) -> Any:
                return asker_done(module)

            await server.serve_ask(answer)
            if where == "payload":
                given: dict[str, Any] = {"data": module.Ask(q="x", meta=module.AskMeta(reply_to="my/answers"))}
                broker.publish("a/ask", b'{"meta": {"reply/to": "of/a/device"}}', qos=1)
                await eventually(lambda: any(message.topic == "of/a/device" for message in broker.messages))
                free: dict[str, Any] = {"data": module.Ask(q="x", meta=module.AskMeta())}
            else:
                given = {"data": module.Ask(q="x"), "headers": module.AskHeaders(reply_to="my/answers")}
                free = {"data": module.Ask(q="x")}
            for request, topic in ((given, "my/answers"), (free, "replies/asker")):
                assert (await within(asker.request_ask(**request))).text == "done"
                assert broker.messages[-1].topic == topic


def asker_done(module: ModuleType) -> Any:
    return module.Done(text="done")


async def test_address_of_a_reply_that_is_no_topic_is_refused(bench: Workbench) -> None:
    module = place(bench, "payload")
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "server") as server:

            async def answer(event: Event[Any]) -> Any:
                return asker_done(module)

            await server.serve_ask(answer)
            for name in ("#", "a/+", ""):
                broker.publish("a/ask", json.dumps({"meta": {"reply/to": name}}).encode(), qos=1)
            await eventually(lambda: server.stats().filters["a/ask"].failed == 3)
            assert len(broker.messages) == 3
            with pytest.raises(EncodeError, match="ask has no 'meta' to put 'replies/server' into"):
                await server.request_ask(module.Ask(q="x"))


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("$message.payload#/absent", None),
        ("$message.header#/absent", None),
        ("$message.header#/a/b", None),
        ("$message.payload#/meta/reply~1to", "a/done"),
    ],
)
def test_reply_address_that_is_not_followed_is_reported(bench: Workbench, location: str, address: str | None) -> None:
    write(bench, {"done": {"payload": STATUS}}, {"payload": REPLY_TO}, address=address, location=location)
    assert any("TW324" in found for found in bench.warnings())


FAILED = {"type": "object", "required": ["reason"], "properties": {"reason": TEXT}}


@pytest.mark.parametrize("envelope", ["tars", "none"])
async def test_reply_that_is_an_error_is_raised_on_both_sides(bench: Workbench, envelope: str) -> None:
    done = {"type": "object", "required": ["text"], "properties": {"text": TEXT}}
    failed = {"payload": FAILED, "x-error": True, "headers": HEADERS, "name": "check.failed"}
    module = load(bench, {"done": {"payload": done}, "failed": failed}, **{"x-envelope": envelope})
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "both") as client:

            async def answer(event: Event[Any]) -> Any:
                if event.data.q == "bad":
                    data = module.Failed(reason="no paper")
                    raise module.CheckFailedError(data, module.FailedHeaders(status="failed"))
                return module.Done(text="x")

            await client.serve_ask(answer)
            assert (await within(client.request_ask(module.Ask(q="good")))).text == "x"
            with pytest.raises(module.CheckFailedError) as caught:
                await within(client.request_ask(module.Ask(q="bad")))
            assert (caught.value.data.reason, caught.value.headers.status) == ("no paper", "failed")
            assert client.stats().total("failed") == 0


def test_class_of_an_error_does_not_take_the_name_of_a_model(bench: Workbench) -> None:
    failed = {"payload": {"$ref": "#/components/schemas/FailedError"}, "x-error": True}
    schemas = {"FailedError": FAILED}
    module = load(bench, {"done": {"payload": STATUS}, "failed": failed}, components={"schemas": schemas})
    assert issubclass(module.FailedError, Exception)
    assert module.FAILED.model is not module.FailedError
    assert module.FAILED.error is module.FailedError


def test_call_whose_replies_are_all_errors_is_refused(bench: Workbench) -> None:
    write(bench, {"failed": {"payload": FAILED, "x-error": True}})
    assert any("TW325" in found for found in bench.errors())


async def test_request_and_reply_may_share_a_channel(bench: Workbench) -> None:
    ask = {"payload": {"type": "object", "required": ["item"], "properties": {"item": TEXT}}}
    done = {"payload": {"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}}}
    channel = {"address": "a/orders", "messages": {"ask": ask, "done": done}}
    at = "#/channels/orders"
    message = {name: {"$ref": f"{at}/messages/{name}"} for name in ("ask", "done")}
    operation = {
        "action": "receive",
        "channel": {"$ref": at},
        "messages": [message["ask"]],
        "reply": {"channel": {"$ref": at}, "messages": [message["done"]]},
    }
    document = {**HEAD, "channels": {"orders": channel}, "operations": {"ask": operation}}
    bench.write(json.dumps(document), "test.json", head="")
    module = bench.load()
    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "server") as server, module.ATopics(broker.url, "asker") as asker:

            async def answer(event: Event[Any]) -> Any:
                return module.Done(number=7)

            await server.serve_ask(answer)
            assert (await within(asker.request_ask(module.Ask(item="x")))).number == 7
            await eventually(lambda: server.stats().filters["a/orders"].received == 2)
            broker.publish("a/orders", b'{"neither": 1}', qos=1)
            await eventually(lambda: server.stats().total("invalid") == 1)
            assert server.stats().total("handled") == 1
