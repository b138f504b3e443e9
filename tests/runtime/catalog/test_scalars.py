"""Nothing is coerced: a text is no number, 5.0 is an integer, and what is read is written back as it was."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import Field, ValidationError
from topicwright import Model, Nullable, Omittable, Stated, Topic
from topicwright.catalog.values.texts_kept import time_of, uuid_of
from topicwright.codec.decoder import Decoder
from topicwright.codec.json_writer import dump
from topicwright.mqtt.message import Incoming


class Thing(Model):
    count: Omittable[int] = None
    level: Omittable[Annotated[int, Field(ge=0, le=9)]] = None
    ratio: Omittable[float] = None
    bounded: Omittable[Annotated[float, Field(ge=10)]] = None
    on: Omittable[bool] = None
    name: Omittable[str] = None
    at: Omittable[datetime] = None
    day: Omittable[date] = None
    key: Omittable[UUID] = None
    code: Omittable[Literal[0, 1, "a"]] = None
    either: Omittable[datetime | str] = None
    items: Omittable[list[float]] = None


class Filled(Model):
    kind: Stated[Literal["on"]] = "on"
    level: int = 5
    colour: Nullable[str | None] = None
    free: Nullable[Any] = None


KEPT = [
    ("count", 5),
    ("count", 123456789012345678901234567890),
    ("ratio", 5),
    ("ratio", 9007199254740993),
    ("ratio", -9007199254740993),
    ("ratio", 1e300),
    ("bounded", 9007199254740993),
    ("on", False),
    ("at", "2026-01-01T00:00:00Z"),
    ("at", "2026-01-01T00:00:00.120+02:00"),
    ("at", "2026-06-30T23:59:60Z"),
    ("at", "2026-01-01t00:00:00.123456789z"),
    ("day", "2026-01-31"),
    ("key", "0F0E0D0C-1234-4234-8234-123456789ABC"),
    ("code", 1),
    ("code", "a"),
    ("either", "4711"),
    ("either", "2026-01-01T00:00:00.5Z"),
    ("items", [1, 2.5, 9007199254740993]),
]
REFUSED = [
    ("count", "5"),
    ("count", True),
    ("count", 5.5),
    ("level", 10),
    ("ratio", "1e3"),
    ("ratio", True),
    ("bounded", 9),
    ("on", 0),
    ("on", "off"),
    ("name", 5),
    ("at", 1700000000),
    ("at", "1700000000"),
    ("at", "2026-01-01T00:00:00"),
    ("at", "2026-02-30T00:00:00Z"),
    ("at", "2026-01-01T00:00:00Z" + " " * 5000),
    ("day", "2026-01-31T00:00:00Z"),
    ("key", "0f0e0d0c123442348234123456789abc"),
    ("code", True),
    ("code", False),
    ("items", ["1"]),
    ("name", None),
]


@pytest.mark.parametrize(("field", "value"), KEPT)
def test_a_value_is_written_back_as_it_was_read(field: str, value: object) -> None:
    assert json.loads(dump(Thing.model_validate_json(json.dumps({field: value})))) == {field: value}


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_a_value_of_another_type_is_refused_when_reading(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Thing.model_validate_json(json.dumps({field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", "5"),
        ("count", True),
        ("on", "off"),
        ("on", 1),
        ("ratio", "2"),
        ("at", 0),
        ("at", datetime(2026, 1, 1)),
    ],
)
def test_a_constructor_refuses_values_of_another_type(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Thing(**{field: value})


def test_an_integer_with_a_fraction_of_zero_is_an_integer() -> None:
    thing = Thing.model_validate_json('{"count": 5.0, "level": 9.0, "code": 1.0}')
    assert [type(value) for value in (thing.count, thing.level, thing.code)] == [int, int, int]


def test_a_time_with_an_unusual_text_is_a_time_like_any_other() -> None:
    leap = time_of("2026-06-30T23:59:60Z")
    assert leap == datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)
    assert json.loads(dump(Thing(at=leap + timedelta(seconds=1)))) == {"at": "2026-07-01T00:00:00.999999Z"}
    for made in (pickle.loads(pickle.dumps(leap)), copy.deepcopy(leap)):
        assert json.loads(dump(Thing(at=made))) == {"at": "2026-06-30T23:59:60Z"}
    later = pickle.loads(pickle.dumps(leap + timedelta(days=1)))
    assert later == leap + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "exists"),
    [
        ("2016-12-31T23:59:60Z", True),
        ("2016-12-31T15:59:60.5-08:00", True),
        ("2017-01-01T05:29:60+05:30", True),
        ("9999-12-31T23:59:60+00:00", True),
        ("9999-12-31T23:59:60-01:00", False),
        ("2016-12-31T23:58:60Z", False),
        ("2016-12-31T22:59:60Z", False),
        ("2016-12-31T23:59:60+01:00", False),
        ("2016-12-31T23:59:61Z", False),
    ],
)
def test_a_leap_second_is_the_last_of_a_day_in_utc(text: str, exists: bool) -> None:
    document = json.dumps({"at": text})
    if exists:
        assert json.loads(dump(Thing.model_validate_json(document))) == {"at": text}
    else:
        with pytest.raises(ValidationError):
            Thing.model_validate_json(document)


def test_a_uuid_in_upper_case_is_equal_to_that_in_lower_case() -> None:
    text = "0F0E0D0C-1234-4234-8234-123456789ABC"
    assert uuid_of(text) == UUID(text)
    assert json.loads(dump(Thing(key=pickle.loads(pickle.dumps(uuid_of(text)))))) == {"key": text}


@pytest.mark.parametrize("value", [{}, {"colour": None}, {"free": None}, {"level": 5}, {"colour": "red", "free": [1]}])
def test_what_was_absent_stays_absent_and_null_stays_null(value: dict[str, object]) -> None:
    received = {"kind": "on", **value}
    assert json.loads(dump(Filled.model_validate_json(json.dumps(received)))) == received


def test_a_constructor_fills_in_defaults_and_leaves_out_what_is_not_set() -> None:
    assert json.loads(dump(Filled())) == {"kind": "on", "level": 5}
    assert json.loads(dump(Filled(colour=None))) == {"kind": "on", "level": 5, "colour": None}
    assert json.loads(dump(Filled().model_copy(update={"free": 1}))) == {"kind": "on", "level": 5, "free": 1}


def test_a_message_of_exact_scalars_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder: Decoder[Any] = Decoder(Topic("t", "thing", Thing))
    monkeypatch.setattr("topicwright.codec.decoder.orjson.loads", None)
    assert decoder.decode(Incoming("t", b'{"ratio": 1.5, "code": 1, "at": "2026-01-01T00:00:00Z"}')).data.ratio == 1.5


def test_a_required_field_with_a_default_is_required_in_messages() -> None:
    with pytest.raises(ValidationError, match="kind"):
        Filled.model_validate_json("{}")
