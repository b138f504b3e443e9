"""A hand-written peer that speaks the seed's envelope: plain paho, in both directions."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from topicwright import Event
from topicwright.testing import LocalBroker

from tests.runtime.support.catalog import (
    LLM,
    MEMORY,
    MEMORY_QUERY,
    MEMORY_QUERY_RESULT,
    LLMRequest,
    MemoryQuery,
    MemoryQueryResult,
    answer_memory,
)
from tests.runtime.support.clients import Clients, Inbox, eventually, within


class Peer:
    """MQTT 3.1.1 and json.dumps, as the services of today do it."""

    def __init__(self, port: int) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="peer", protocol=paho.MQTTv311)
        self._client.on_message = self._on_message
        self._answers: dict[str, Any] = {}
        self._granted = 0
        self._client.on_subscribe = self._on_subscribe
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _on_subscribe(self, *args: object) -> None:
        self._granted += 1

    def _on_message(self, client: paho.Client, userdata: object, message: paho.MQTTMessage) -> None:
        body = json.loads(message.payload)
        self.got.append((message.topic, body))
        if message.topic in self._answers:
            topic, kind, data = self._answers[message.topic]
            self.send(topic, kind, data(body), body["id"])

    async def subscribe(self, topic: str) -> None:
        before = self._granted
        self._client.subscribe(topic, qos=1)
        await eventually(lambda: self._granted > before)

    async def answer(self, request: str, reply: str, kind: str, data: Any) -> None:
        self._answers[request] = (reply, kind, data)
        await self.subscribe(request)

    def send(self, topic: str, kind: str, data: dict[str, Any], message_id: str | None = None, **more: Any) -> str:
        message_id = message_id or uuid.uuid4().hex
        envelope = {"id": message_id, "type": kind, "ts": time.time(), "source": "router", "data": data, **more}
        self._client.publish(topic, json.dumps(envelope), qos=1)
        return message_id

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def peer(mosquitto: LocalBroker) -> Iterator[Peer]:
    made = Peer(mosquitto.port)
    yield made
    made.close()


async def test_what_the_peer_writes_we_read(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    client = await clients(mosquitto.url)
    inbox: Inbox[Event[MemoryQuery]] = Inbox()
    await client.on(MEMORY_QUERY, inbox)
    message_id = peer.send("memory/query", "memory.query", {"text": "Mars", "top_k": 3, "future_field": True})
    event = (await inbox.get())[0]
    assert (event.id, event.source, event.type) == (message_id, "router", "memory.query")
    assert (event.data.text, event.data.top_k) == ("Mars", 3)


async def test_what_we_write_the_peer_reads(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    client = await clients(mosquitto.url, "me")
    await peer.subscribe("memory/results")
    message_id = await client.publish(MEMORY_QUERY_RESULT, MemoryQueryResult(query="q", k=1), correlation_id="7")
    await client.publish_event("memory/results", "memory.query.result", {"k": 2}, correlation_id="8", qos=1)
    await eventually(lambda: len(peer.got) == 2)
    first = peer.got[0][1]
    assert set(first) == {"id", "type", "ts", "source", "data"}
    assert (first["id"], first["type"], first["source"]) == (message_id, "memory.query.result", "me")
    assert isinstance(first["ts"], float)
    assert first["data"] == {"query": "q", "k": 1, "results": []}


async def test_we_ask_and_the_peer_answers(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    client = await clients(mosquitto.url)
    await peer.answer(
        "memory/query",
        "memory/results",
        "memory.query.result",
        lambda body: {"query": body["data"]["text"], "k": 1, "results": [], "total_tokens": 7},
    )
    assert (await client.request(MEMORY, MemoryQuery(text="Mars"), timeout=5)).query == "Mars"


async def test_the_peer_asks_and_we_answer(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    client = await clients(mosquitto.url)
    await client.serve(MEMORY, answer_memory)
    await peer.subscribe("memory/results")
    message_id = peer.send("memory/query", "memory.query", {"text": "Mars"})
    await eventually(lambda: peer.got)
    assert peer.got[0][1]["id"] == message_id
    assert peer.got[0][1]["data"]["query"] == "Mars"


async def test_a_reply_is_matched_by_the_id_in_its_envelope_alone(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    """The catalog has a field for it, but not every service of today fills it in with the request's id."""
    client = await clients(mosquitto.url)
    await peer.answer("llm/request", "llm/response", "llm.response", lambda body: {"id": "other", "reply": "hi"})
    assert (await client.request(LLM, LLMRequest(text="x"), timeout=5)).reply == "hi"


async def test_partial_envelopes_of_scripts_are_read(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    client = await clients(mosquitto.url)
    inbox: Inbox[Event[MemoryQuery]] = Inbox()
    await client.on(MEMORY_QUERY, inbox)
    body = {"type": "memory.query", "data": {"text": "x"}}
    peer._client.publish("memory/query", json.dumps(body), qos=0)
    event = (await inbox.get())[0]
    assert len(event.id) == 32


async def test_thousands_in_both_directions(mosquitto: LocalBroker, clients: Clients, peer: Peer):
    client = await clients(mosquitto.url)
    inbox: Inbox[Event[MemoryQuery]] = Inbox()
    await client.on(MEMORY_QUERY, inbox)
    await peer.subscribe("memory/results")
    for number in range(2000):
        peer.send("memory/query", "memory.query", {"text": str(number)})
    replies = (client.publish(MEMORY_QUERY_RESULT, MemoryQueryResult(query=str(n), k=1)) for n in range(2000))
    await within(asyncio.gather(*replies), 30)
    await inbox.get(2000)
    await eventually(lambda: len(peer.got) == 2000)
    assert [event.data.text for event in inbox.items] == [str(number) for number in range(2000)]
