"""A dead letter is never lost for its reason, and never feeds itself."""

from __future__ import annotations

import pytest
from topicwright import Event, PayloadTooLargeError, Settings, Topic, dead_letter
from topicwright.dispatch.handlers.dead_letters import MOST_HOPS, DeadLetters
from topicwright.errors import DecodeError
from topicwright.mqtt.message import EMPTY, Incoming, Outgoing, Properties
from topicwright.testing import MemoryBroker

from tests.runtime.support.catalog import Hit, topic
from tests.runtime.support.clients import Clients, Inbox, eventually

Letter = tuple[tuple[str, str], ...]


class Post:
    """Takes what is published, up to a size."""

    def __init__(self, *, version: int = 5, room: int = 10_000_000) -> None:
        self.sent: list[Outgoing] = []
        self._room = room
        settings = Settings.model_validate({"mqtt_url": "mqtt://x", "client_id": "me", "dead_letter_topic": "dead"})
        self.letters = DeadLetters(settings, None, self._take, lambda: version)

    async def _take(self, message: Outgoing) -> None:
        size = len(message.payload) + sum(len(name) + len(value) for name, value in message.properties.user)
        if size > self._room:
            raise PayloadTooLargeError(message.topic, size, self._room)
        self.sent.append(message)


def received(name: str, payload: bytes = b"x", user: Letter = ()) -> Incoming:
    message = Incoming(name, payload)
    message.properties = Properties(user=user) if user else EMPTY
    return message


def again(letter: Outgoing) -> Incoming:
    return received(letter.topic, letter.payload, letter.properties.user)


async def test_a_long_reason_is_cut_and_printable_in_any_script():
    post = Post()
    for reason in ("x" * 100_000, "\n\x1b\0\ud800" * 10_000, "東" * 50_000):
        await post.letters.send_failed(received("a"), "dead", RuntimeError(reason))
        text = dict(post.sent[-1].properties.user)["reason"]
        assert text.isprintable()
        assert len(text.encode()) <= 1000
    assert len(post.sent) == 3


async def test_a_letter_that_only_fits_as_it_came_is_sent_without_its_reason():
    post = Post(room=1000)
    await post.letters.send_failed(received("a", b"x" * 990), "dead", RuntimeError("no"))
    assert (post.sent[0].payload, post.sent[0].properties) == (b"x" * 990, EMPTY)
    with pytest.raises(PayloadTooLargeError):
        await post.letters.send_failed(received("a", b"x" * 1001), "dead", RuntimeError("no"))


@pytest.mark.parametrize("version", [4, 5])
async def test_what_came_on_the_dead_letter_topic_is_not_published_there_again(version: int):
    post = Post(version=version)
    await post.letters.send_invalid(received("dead"), DecodeError("dead", "", ["wrong"]))
    assert not await post.letters.send_failed(received("dead"), "dead", RuntimeError("no"))
    assert post.sent == []


@pytest.mark.parametrize("version", [4, 5])
async def test_row_55_two_dead_letter_topics_do_not_feed_each_other(version: int):
    post, message, number = Post(version=version), received("a"), 0
    while await post.letters.send_failed(message, ("one", "two")[number % 2], RuntimeError("no")):
        message, number = again(post.sent[-1]), number + 1
        assert number < 5
    assert post.sent


async def test_a_letter_may_be_parked_elsewhere_and_keeps_where_it_came_from():
    post = Post()
    assert await post.letters.send_failed(received("a"), "dead", RuntimeError("first"))
    assert await post.letters.send_failed(again(post.sent[0]), "parked", RuntimeError("second"))
    names = [value for name, value in post.sent[1].properties.user if name == "topic"]
    assert names == ["a", "dead"]
    assert dict(post.sent[1].properties.user) == {
        "topic": "dead", "reason": "RuntimeError: second", "client": "me",
    }  # fmt: skip


async def test_a_letter_does_not_wander_for_ever():
    post, message, number = Post(), received("a"), 0
    while await post.letters.send_failed(message, f"dead/{number}", RuntimeError("no")):
        message, number = again(post.sent[-1]), number + 1
    assert number == MOST_HOPS


async def test_a_client_that_reads_its_own_dead_letters_publishes_each_once(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, dead_letter_topic="all/dead", on_error=dead_letter("all/failed"))
    typed: Topic[Hit] = topic("all/+", "hit", Hit, wire="none")

    async def handler(event: Event[Hit]) -> None:
        raise RuntimeError("no")

    await client.on(typed, handler)
    memory_broker.publish("all/a", b"not json", qos=1)
    memory_broker.publish("all/b", b'{"text": "x"}', qos=1)
    await eventually(lambda: (client.stats().of("all/+").invalid, client.stats().of("all/+").failed) == (2, 2))
    names = [message.topic for message in memory_broker.messages]
    assert sorted(names) == ["all/a", "all/b", "all/dead", "all/failed"]
    assert client.stats().filters["all/+"].dead_lettered == 1


async def test_a_letter_is_sent_although_on_invalid_fails(memory_broker: MemoryBroker, clients: Clients):
    async def on_invalid(message: object) -> None:
        raise RuntimeError("broken")

    client = await clients(memory_broker.url, on_invalid=on_invalid, dead_letter_topic="dead")
    await client.on(topic("a", "hit", Hit, wire="none"), Inbox[Event[Hit]]())
    memory_broker.publish("a", b"not json", qos=1)
    await eventually(lambda: memory_broker.messages[-1].topic == "dead")
