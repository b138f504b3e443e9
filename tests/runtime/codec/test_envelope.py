"""The wire forms: strict writers, tolerant readers, and input that no peer should send."""

from __future__ import annotations

import datetime
import enum
import uuid
from typing import Any

import orjson
import pytest
from pydantic import ConfigDict, ValidationError, field_validator
from topicwright import DecodeError, EncodeError, Envelope, Model, Topic
from topicwright.catalog.topic import Wire
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import encode, peek, seal
from topicwright.codec.headers import decode_headers
from topicwright.codec.json_writer import dump
from topicwright.mqtt.message import Incoming

from tests.paths import ROOT
from tests.runtime.support.catalog import (
    CLOUD,
    LLM_RESPONSE,
    MEMORY_QUERY,
    MEMORY_QUERY_RESULT,
    NUMBERS,
    FreeForm,
    Hit,
    MemoryQuery,
    MemoryQueryResult,
    Numbers,
    decode,
    topic,
)

DECODER = Decoder(MEMORY_QUERY)
FREE = topic("free", "free", FreeForm)


def wire(**data: object) -> bytes:
    return seal("memory.query", orjson.dumps(data), message_id="1", source="peer", ts=1.0)


def test_the_written_envelope_is_that_of_the_seed():
    raw = encode(MEMORY_QUERY, MemoryQuery(message_id="m", text="Mars"), message_id="1", source="me", ts=2.5)
    assert orjson.loads(raw) == {
        "id": "1",
        "type": "memory.query",
        "ts": 2.5,
        "source": "me",
        "data": {"message_id": "m", "text": "Mars", "top_k": 5},
    }
    assert Envelope.model_validate_json(raw).data["text"] == "Mars"


def test_omittable_fields_are_left_out_and_not_null():
    assert b"note" not in dump(MemoryQuery(text="x"))
    assert b'"note":"y"' in dump(MemoryQuery(text="x", note="y"))


def test_a_writer_is_strict():
    with pytest.raises(ValidationError):
        MemoryQuery(text="x", unknown=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="takes MemoryQuery, not Hit"):
        encode(MEMORY_QUERY, Hit(text="x"), message_id="1", source="me", ts=1.0)  # type: ignore[arg-type]


def test_a_reader_ignores_unknown_fields_at_every_depth():
    payload = orjson.dumps(
        {
            "id": "1",
            "type": "memory.query.result",
            "ts": 1.0,
            "source": "s",
            "trace": 1,
            "data": {"query": "q", "k": 1, "new": 2, "results": [{"text": "t", "score": 1, "more": {}}]},
        }
    )
    message = decode(Decoder(MEMORY_QUERY_RESULT), "memory/results", payload)
    assert message.data == MemoryQueryResult(query="q", k=1, results=[Hit(text="t", score=1.0)])


class Open(Model):
    model_config = ConfigDict(extra="allow")
    text: str


def test_an_open_payload_keeps_its_unknown_fields_and_opens_nothing_else():
    payload = b'{"id":"1","type":"open","ts":1,"source":"s","topic":"evil","more":1,"data":{"text":"a","more":2}}'
    event = decode(Decoder(topic("open", "open", Open)), "open", payload)
    assert event.data.model_dump() == {"text": "a", "more": 2}
    assert vars(event).keys() == {"id", "type", "ts", "source", "data", "headers", "reply"}


def test_handlers_of_one_model_share_its_validation_and_no_event():
    one, other = Decoder(MEMORY_QUERY), Decoder(MEMORY_QUERY)
    assert one._validate is other._validate
    message = Incoming("memory/query", wire(text="x"))
    event = one.read(message)
    assert one.read(message) is event
    assert other.read(message) is not event


def test_a_message_is_judged_alike_whatever_came_before_it():
    decoder = Decoder(FREE)
    good = b'{"id":"1","type":"free","extra":NaN,"data":{"values":{}}}'
    for payload in (good, b'{"id":"1","type":"free","data":{"values":{"a":1},"broken":', good):
        if payload is good:
            assert decode(decoder, "free", payload).id == "1"
        else:
            with pytest.raises(DecodeError):
                decode(decoder, "free", payload)


def test_bytes_are_taken_as_they_are_with_any_envelope():
    event = decode(Decoder(topic("raw", "raw", bytes, wire="tars")), "raw", b"\xff")
    assert (event.data, event.type) == (b"\xff", "raw")


def test_a_reader_takes_envelopes_without_id_ts_and_source():
    message = decode(DECODER, "memory/query", b'{"type":"memory.query","data":{"text":"x"}}')
    assert len(message.id) == 32
    assert message.ts > 1e9
    assert message.source == ""


POISON = {
    "empty": b"",
    "brace": b"{",
    "nul": b"\0",
    "nul_inside": b'{"type":"memory.query","data":{"text":"a\0b"}}',
    "null": b"null",
    "number": b"1",
    "list": b"[]",
    "string": b'"x"',
    "nan": wire(text="x", top_k=0).replace(b'"top_k":0', b'"top_k":NaN'),
    "nan_ts": wire(text="x").replace(b'"ts":1.0', b'"ts":NaN'),
    "nan_ts_text": wire(text="x").replace(b'"ts":1.0', b'"ts":"nan"'),
    "infinite_ts": wire(text="x").replace(b'"ts":1.0', b'"ts":1e400'),
    "huge_int": wire(text="x", top_k=0).replace(b'"top_k":0', b'"top_k":' + b"9" * 5000),
    "depth_1025": wire(text="x").replace(b'"x"', b"[" * 1025 + b"]" * 1025),
    "depth_100k": wire(text="x").replace(b'"x"', b"[" * 100_000 + b"]" * 100_000),
    "depth_100k_objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "surrogate": wire(text="x").replace(b'"x"', rb'"\ud800"'),
    "bad_utf8": wire(text="x").replace(b"x", b"\xff\xfe"),
    "bom": b"\xef\xbb\xbf" + wire(text="x"),
    "wrong_types": wire(text=1, top_k="many"),
    "out_of_range": wire(text="x", top_k=51),
    "missing": wire(top_k=1),
    "data_is_text": seal("memory.query", b'"x"', message_id="1", source="s", ts=1.0),
    "data_is_null": seal("memory.query", b"null", message_id="1", source="s", ts=1.0),
    "ten_megabytes": b'{"type":"memory.query","data":"' + b"x" * 10_000_000 + b'"}',
    "million_keys": b"{" + b",".join(b'"%d":1' % number for number in range(1_000_000)) + b"}",
    "trailing": wire(text="x") + b"}",
    "html": b"<html></html>",
}


@pytest.mark.parametrize("name", POISON)
def test_row_30_poison_is_a_decode_error_and_never_a_crash(name: str):
    with pytest.raises(DecodeError) as caught:
        decode(DECODER, "memory/query", POISON[name])
    assert caught.value.topic == "memory/query"
    assert caught.value.problems
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("name", POISON)
def test_peeking_into_poison_finds_no_envelope(name: str):
    assert isinstance(peek(POISON[name]).type, str)


def test_duplicate_keys_have_one_meaning():
    message = decode(DECODER, "t", b'{"type":"memory.query","data":{"text":"a","text":"b"}}')
    assert message.data.text == "b"


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
def test_row_31_what_json_does_not_have_is_refused_in_free_maps_too(value: bytes):
    payload = b'{"id":"1","type":"free","data":{"values":{"a":%b}}}' % value
    with pytest.raises(DecodeError):
        decode(Decoder(FREE), "free", payload)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_row_31_nan_is_not_written_either(value: float):
    with pytest.raises(EncodeError, match="NaN"):
        dump({"a": [value]})
    with pytest.raises(EncodeError):
        encode(FREE, FreeForm(values={"a": value}), message_id="1", source="s", ts=1.0)


def test_nan_and_infinity_are_allowed_as_text():
    assert dump({"NaN": "Infinity"}) == b'{"NaN":"Infinity"}'


@pytest.mark.parametrize("data", [{"a": "\ud800"}, {"a": object()}])
def test_what_has_no_json_form_is_an_encode_error(data: dict[str, object]):
    with pytest.raises(EncodeError):
        dump(data)


def test_an_event_type_that_is_not_text_is_an_encode_error():
    with pytest.raises(EncodeError):
        seal("\ud800", b"{}", message_id="1", source="s", ts=1.0)


def test_values_without_a_json_form_are_written_in_pydantics_json_mode():
    class Color(enum.Enum):
        RED = "red"

    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    data = {"at": moment, "id": uuid.UUID(int=1), "raw": b"x", "color": Color.RED, 1: 2}
    assert orjson.loads(dump(data)) == {
        "at": "2026-01-02T00:00:00Z",
        "id": str(uuid.UUID(int=1)),
        "raw": "x",
        "color": "red",
        "1": 2,
    }


def test_the_values_of_a_message_do_not_show_in_its_error():
    with pytest.raises(DecodeError) as caught:
        decode(DECODER, "t", wire(text=["hunter2"], top_k="hunter2"))
    assert "hunter2" not in str(caught.value) + repr(caught.value)
    assert any("data.text" in problem for problem in caught.value.problems)


def test_bare_and_root_models():
    raw = encode(NUMBERS, Numbers([1, 2]), message_id="1", source="s", ts=1.0)
    assert raw == b"[1,2]"
    assert decode(Decoder(NUMBERS), "numbers", raw).data.root == [1, 2]


def test_cloudevents_round_trip():
    raw = encode(CLOUD, Hit(text="x"), message_id="1", source="me", ts=1.5)
    body = orjson.loads(raw)
    assert (body["specversion"], body["type"], body["datacontenttype"]) == ("1.0", "cloud.thing", "application/json")
    message = decode(Decoder(CLOUD), "cloud", raw)
    assert (message.id, message.source, message.ts, message.data.text) == ("1", "me", 1.5, "x")


def test_a_former_event_type_is_given_as_written():
    payload = seal("llm.response", b'{"id":"1","reply":"x"}', message_id="1", source="s", ts=1.0)
    assert decode(Decoder(LLM_RESPONSE), "llm/response", payload).type == "llm.response"


def test_the_envelope_class_of_the_seed():
    envelope = Envelope.new(event_type="a", data=Hit(text="x"), correlate="7", source="me")
    assert (envelope.id, envelope.type, envelope.source, envelope.data["text"]) == ("7", "a", "me", "x")
    assert Envelope.new(event_type="a", data={}).source == "router"


def test_the_examples_of_the_document_are_what_the_writer_gives():
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    shown = text.partition("## On the wire")[2].partition("```json\n")[2].partition("```")[0].splitlines()
    wires: tuple[Wire, ...] = ("tars", "cloudevents", "none")
    for line, wire in zip(shown, wires, strict=True):
        topic = Topic("memory/query", "memory.query", MemoryQueryText, wire=wire)
        raw = encode(topic, MemoryQueryText(text="Mars"), message_id="0f" * 16, source="me", ts=1764000000.25)
        assert orjson.loads(raw) == orjson.loads(line)


class MemoryQueryText(Model):
    text: str


class Far(Model):
    year: int

    @field_validator("year")
    @classmethod
    def _date(cls, value: int) -> int:
        return value if datetime.date.min + datetime.timedelta(days=365 * value) else 0


@pytest.mark.parametrize("kind", ["tars", "cloudevents", "none"])
def test_number_that_no_type_of_python_holds_is_an_invalid_message(kind: Wire):
    far: Topic[Far, Any, Any] = Topic("far", "far", Far, wire=kind, headers=Far)
    raw = encode(far, Far.model_construct(year=10**6), message_id="1", source="s", ts=1.0)
    with pytest.raises(DecodeError, match="invalid far"):
        decode(Decoder(far), "far", raw)
    with pytest.raises(DecodeError, match="invalid far"):
        decode_headers(far, "far", (("year", "1000000"),))
