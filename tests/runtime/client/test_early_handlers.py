"""Handlers before ``connect``; what a service receives and nobody handles; what is used and not declared."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel
from topicwright import (
    Call,
    ConfigurationError,
    Event,
    MQTTClient,
    SubscribeRejectedError,
    Topic,
)
from topicwright.testing import MemoryBroker

from tars.memory import MemoryQuery, MemoryQueryResult
from tars.services import MemoryWorker
from tars.stt import FinalTranscript
from tests.runtime.support.clients import Inbox, eventually, within


class Go(BaseModel):
    place: str


GO = Topic("fleet/{robot}/go", Go)
HERE = Topic("fleet/{robot}/here", Go)
STATE = Topic("fleet/{robot}/state", "fleet.state", Go, retain=True)
DRIVE = Call(GO, HERE)


class Robot(MQTTClient):
    sends = (STATE,)
    receives = (DRIVE, HERE)


@pytest.fixture
async def broker() -> AsyncIterator[MemoryBroker]:
    with MemoryBroker() as broker:
        yield broker


async def arrive(event: Event[Go]) -> Go:
    return event.data


async def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
    return MemoryQueryResult(query=event.data.text, k=1)


async def raw(payload: bytes) -> None: ...


async def test_handlers_by_the_names_of_their_methods_work_from_connect_on(broker: MemoryBroker) -> None:
    inbox: Inbox[Event[FinalTranscript]] = Inbox()
    worker = MemoryWorker(broker.url, "worker")
    worker.register(on_stt_final=inbox, serve_memory_query=answer)
    async with MQTTClient(broker.url, "peer") as peer:
        async with worker:
            from tars.memory import MEMORY_QUERY_CALL
            from tars.stt import STT_FINAL

            assert (await peer.request(MEMORY_QUERY_CALL, MemoryQuery(text="Mars"))).query == "Mars"
            await peer.publish(STT_FINAL, FinalTranscript(text="hello", utt_id="1"))
            assert (await inbox.get())[0].data.text == "hello"
        async with worker:  # they stay registered, and are registered once
            await peer.publish(STT_FINAL, FinalTranscript(text="again", utt_id="2"))
            await inbox.get(2)
            await broker_is_quiet()
            assert len(inbox.items) == 2


async def broker_is_quiet() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_handlers_by_their_descriptors_work_from_connect_on(broker: MemoryBroker) -> None:
    inbox: Inbox[Event[Go]] = Inbox()
    client = MQTTClient(broker.url, "me")
    client.register({STATE: inbox, DRIVE: arrive})
    async with client:
        await client.publish(STATE, Go(place="dock"), params={"robot": "r1"})
        assert (await inbox.get())[0].params.robot == "r1"
        assert await client.request(DRIVE, Go(place="hall"), params={"robot": "r1"}) == Go(place="hall")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("on_stt_finl", "did you mean on_stt_final"),
        ("publish_tts_say", "no method publish_tts_say"),
        ("on_invalid", "no method on_invalid"),
        ("on", "no method on"),
        ("subscribe", "no method subscribe"),
        ("_on", "no method _on"),
    ],
)
def test_a_name_that_is_no_method_for_a_handler_is_refused(broker: MemoryBroker, name: str, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        MemoryWorker(broker.url, "worker").register(**{name: arrive})


async def test_register_refuses_plain_functions_and_a_client_that_is_connected(broker: MemoryBroker) -> None:
    worker = MemoryWorker(broker.url, "worker")
    with pytest.raises(TypeError, match="must be an 'async def'"):
        worker.register(on_stt_final=print)
    async with worker:
        with pytest.raises(ConfigurationError, match="before connect"):
            worker.register(on_stt_final=arrive)


async def test_a_refused_early_handler_is_an_error_of_connect(
    broker: MemoryBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "grant", lambda *arguments: 0x87)
    client = MQTTClient(broker.url, "me")
    client.register({STATE: arrive})
    with pytest.raises(SubscribeRejectedError):
        await within(client.connect())
    assert not client.connected
    monkeypatch.undo()
    async with client:  # it is still to be registered
        await client.publish(STATE, Go(place="dock"), params={"robot": "r1"})


async def test_what_a_service_receives_and_nobody_handles_is_told(
    broker: MemoryBroker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "topicwright")
    async with Robot(broker.url, "r1") as robot:
        assert robot.missing_handlers() == [GO, HERE]
        subscription = await robot.serve(DRIVE, arrive, match={"robot": "r1"})
        assert robot.missing_handlers() == [HERE]
        running = asyncio.ensure_future(robot.run_forever(signals=False))
        await eventually(lambda: caplog.records)
        assert "Robot receives what nobody handles: fleet.here" in caplog.text
        await robot.subscribe("fleet/+/here", raw)
        assert robot.missing_handlers() == []
        await subscription.close()
        assert robot.missing_handlers() == [GO]
        running.cancel()
    async with MQTTClient(broker.url, "me") as client:
        assert client.missing_handlers() == []


@pytest.mark.parametrize("name", ["fleet/r1/go", "$share/group/fleet/r1/go", "fleet/#", "+/r1/+"])
async def test_a_handler_by_text_for_some_topics_of_an_address_is_a_handler(broker: MemoryBroker, name: str) -> None:
    async with Robot(broker.url, "r1") as robot:
        assert GO in robot.missing_handlers()
        await robot.subscribe("fleet/go", raw)
        assert GO in robot.missing_handlers()
        await robot.subscribe(name, raw)
        assert GO not in robot.missing_handlers()


async def test_a_generated_service_knows_what_it_receives(broker: MemoryBroker) -> None:
    worker = MemoryWorker(broker.url, "worker")
    names = {topic.event_type for topic in worker.missing_handlers()}
    assert {"memory.query", "stt.final", "tts.say", "character.get"} <= names
    assert "memory.query.result" not in names
    worker.register(serve_memory_query=answer)
    async with worker:
        assert names - {topic.event_type for topic in worker.missing_handlers()} == {"memory.query"}


async def test_raw_topics_that_no_descriptor_declares_are_listed(broker: MemoryBroker) -> None:
    async with Robot(broker.url, "r1", enable_health=True) as robot:
        await robot.publish(HERE, Go(place="dock"), params={"robot": "r1"})
        await robot.publish_bytes("fleet/r1/state", b"{}")
        await robot.publish_bytes("fleet/r1/debug", b"x")
        await robot.publish_event("old/topic", "old.event", {})
        for name in ("commands/#", "fleet/+/go", "fleet/r1/go", "$share/group/fleet/+/go", "$share/group/fleet/r1/go"):
            await robot.subscribe(name, raw)
        expected = ["publishes fleet/r1/debug", "publishes old/topic", "subscribes to commands/#"]
        assert robot.undeclared() == expected
        old = Topic("old/{name}", dict)
        assert robot.undeclared(old, Topic("commands/#", bytes)) == ["publishes fleet/r1/debug"]
