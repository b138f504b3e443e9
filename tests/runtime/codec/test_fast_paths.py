"""Fast paths of the codec return the same as the plain path."""

from __future__ import annotations

from typing import Any

import pytest
from topicwright.catalog.event import Event, make_event
from topicwright.catalog.topic import NoHeaders, NoParams, Topic
from topicwright.codec import envelope, message_writer
from topicwright.codec.envelope import encode, encoder
from topicwright.codec.message_writer import Writer
from topicwright.errors import EncodeError
from topicwright.telemetry.stats import Stats

from tests.runtime.support.catalog import CLOUD, JPEG, NUMBERS, Hit, MemoryQuery, Numbers, topic

TEXT = topic("memory/query", "memory.query", MemoryQuery)
ODD = topic("memory/query", 'a"b%s', MemoryQuery, expiry=5)
DATA: list[tuple[Topic[Any, Any, Any], Any]] = [
    (TEXT, MemoryQuery(text='ä % " \u2028')),
    (ODD, MemoryQuery(text="x", top_k=3)),
    (NUMBERS, Numbers([1, 2])),
    (CLOUD, Hit(text="x")),
    (JPEG, b"\xff"),
]


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock, and make every message id the same."""
    monkeypatch.setattr(envelope, "time", lambda: 1.5)
    monkeypatch.setattr(envelope, "now", lambda: 1.5)
    monkeypatch.setattr(message_writer, "new_id", lambda: "1" * 32)
    monkeypatch.setattr("topicwright.codec.correlation.new_id", lambda: "1" * 32)


@pytest.mark.parametrize(("described", "data"), DATA)
def test_an_encoder_makes_the_payloads_of_encode(described: Topic[Any, Any, Any], data: Any):
    plain = encode(described, data, message_id="7", source="me%25", ts=1.5)
    assert encoder(described, "me%25")(data, "7") == plain


@pytest.mark.parametrize(
    ("data", "message_id", "error"), [("x", "7", TypeError), (MemoryQuery(text="x"), "\ud800", EncodeError)]
)
def test_an_encoder_raises_the_errors_of_encode(data: Any, message_id: str, error: type[Exception]):
    with pytest.raises(error) as plain:
        encode(TEXT, data, message_id=message_id, source="", ts=1.5)
    with pytest.raises(error) as fast:
        encoder(TEXT, "")(data, message_id)
    assert str(fast.value) == str(plain.value)


@pytest.mark.parametrize(("described", "data"), DATA[:2])
def test_a_message_without_options_is_prepared_as_one_with_options(described: Topic[Any, Any, Any], data: Any):
    fast, plain = Writer(described, "me", Stats()), Writer(described, "me", Stats())
    assert fast.untied
    plain.untied = False
    for _ in range(2):  # the first remembers the topic
        assert fast.prepare(data, None, None, None) == plain.prepare(data, None, None, None)


def test_make_event_makes_what_the_constructor_makes():
    fields: dict[str, Any] = {"id": "1", "type": "t", "source": "s", "ts": 1.0, "topic": "a", "data": b""}
    fields |= {"params": NoParams(), "headers": NoHeaders(), "reply": None}
    fast, plain = make_event(**fields), Event(**fields)
    assert (fast, repr(fast)) == (plain, repr(plain))
