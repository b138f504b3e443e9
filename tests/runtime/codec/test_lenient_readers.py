"""``x-lenient``: a reader understands what devices really send; writers and constructors stay strict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

import orjson
import pytest
from pydantic import Field, ValidationError
from topicwright import DecodeError, JsonSchema, JsonSchemas, Lenient, Model, Nullable, Omittable, RootModel, Topic
from topicwright.catalog.topic import Wire
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import encode
from topicwright.codec.headers import decode_headers
from topicwright.mqtt.message import Incoming

from tests.runtime.support.catalog import topic

TIMES = ("time-without-zone", "time-with-short-zone", "time-from-number")
ALL = (
    *("number-from-text", "boolean-from-text", "boolean-from-number", "text-from-number", "text-from-boolean"),
    *("text-in-any-case", *TIMES, "null-for-absent", "empty-text-for-absent"),
)


class Inner(Model):
    level: Annotated[int, Field(ge=0, le=100)]
    seen: Omittable[datetime] = None


class Plain(Model):
    level: Omittable[float] = None
    count: Omittable[int] = None
    on: Omittable[bool] = None
    name: Omittable[str] = None
    mode: Omittable[Literal["auto", "manual"]] = None
    step: Omittable[Literal[1, 2]] = None
    at: Omittable[datetime] = None
    both: Omittable[int | str] = None
    maybe: Nullable[int | None] = None
    filled: int = 7
    parts: Omittable[list[Inner]] = None


class Marked(Model):
    level: Annotated[float, Lenient("number-from-text")]
    count: Annotated[Omittable[Annotated[int, Field(ge=0)]], Lenient("number-from-text", "null-for-absent")] = None
    times: Omittable[list[Annotated[datetime, Lenient(*TIMES)]]] = None
    strict: Omittable[int] = None


def read(model: type[Any], data: object, *names: str, wire: Wire = "none") -> Any:
    described: Topic[Any, Any, Any] = topic("t", "t", model, wire=wire, lenient=names)
    around = {"id": "1", "type": "t", "ts": 1.0, "source": "me", "data": data}
    payload = orjson.dumps(data if wire == "none" else around)
    return Decoder(described).decode(Incoming("t", payload)).data


@pytest.mark.parametrize(
    ("field", "received", "meant"),
    [
        ("level", "21.5", 21.5),
        ("level", " -3 ", -3.0),
        ("level", "+1e2", 100.0),
        ("count", "007", 7),
        ("count", "5.0", 5),
        ("step", "2", 2),
        ("on", "ON", True),
        ("on", "false", False),
        ("on", "1", True),
        ("on", 0, False),
        ("on", 1.0, True),
        ("name", 4711, "4711"),
        ("name", 2.5, "2.5"),
        ("name", True, "true"),
        ("mode", "Auto", "auto"),
        ("at", "2026-01-01T00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("at", "2026-01-01 00:00:00.5", datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("at", "2026-01-01T01:00:00+0100", datetime(2026, 1, 1, tzinfo=UTC)),
        ("at", "2025-12-31T16:00:00-08", datetime(2026, 1, 1, tzinfo=UTC)),
        ("at", 1767225600, datetime(2026, 1, 1, tzinfo=UTC)),
        ("at", 1767225600000, datetime(2026, 1, 1, tzinfo=UTC)),
        ("at", 1767225600.25, datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("at", -1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("wire", ["none", "tars"])
def test_a_lenient_reader_understands_what_devices_send(field: str, received: object, meant: object, wire: Wire):
    value = getattr(read(Plain, {field: received}, *ALL, wire=wire), field)
    assert (value, type(value)) == (meant, type(meant)) or isinstance(value, datetime)
    assert value == meant
    with pytest.raises(DecodeError):
        read(Plain, {field: received}, wire=wire)


@pytest.mark.parametrize(
    ("field", "received"),
    [
        *(("level", text) for text in ("", "unknown", "NaN", "Infinity", "1,5", "0x10", "1_000", "1e999", "9" * 500)),
        ("level", True),
        ("count", "5.5"),
        ("count", [1]),
        ("step", "3"),
        ("on", "maybe"),
        ("on", 2),
        ("name", {}),
        ("mode", "off"),
        ("at", "tomorrow"),
        ("at", "2026-13-01T00:00:00"),
        ("at", 1e300),
        ("at", True),
        ("maybe", "x"),
    ],
)
def test_a_lenient_reader_still_refuses_what_means_nothing(field: str, received: object):
    with pytest.raises(DecodeError):
        read(Plain, {field: received}, *(name for name in ALL if name != "empty-text-for-absent"))


@pytest.mark.parametrize(
    "data",
    [
        {"both": "5"},
        {"both": 5},
        {"level": 2.5, "count": 5, "on": True, "name": "5", "mode": "auto", "step": 1, "maybe": None},
        {"name": "true"},
        {"name": ""},
        {"at": "2026-01-01T00:00:00.123456789Z"},
        {"at": "2025-12-31t23:59:60z"},
    ],
)
def test_a_valid_value_is_never_changed_by_a_leniency(data: dict[str, object]):
    kind = topic("t", "t", Plain)
    raw = encode(kind, read(Plain, data, *ALL), message_id="1", source="me", ts=1.0)
    assert orjson.loads(raw)["data"] == data


def test_what_was_understood_is_written_as_the_schema_says():
    data = {"level": "21.5", "on": "ON", "at": "2026-01-01T00:00:00", "mode": "AUTO", "name": 5, "count": None}
    raw = encode(topic("t", "t", Plain), read(Plain, data, *ALL), message_id="1", source="me", ts=1.0)
    meant = {"level": 21.5, "on": True, "at": "2026-01-01T00:00:00Z", "mode": "auto", "name": "5"}
    assert orjson.loads(raw)["data"] == meant


def test_null_and_the_empty_text_are_absent_only_where_named_and_possible():
    nothing = read(Plain, {"level": None, "count": "", "at": "", "filled": None, "maybe": None}, *ALL)
    assert (nothing.level, nothing.count, nothing.at, nothing.filled) == (None, None, None, 7)
    with pytest.raises(DecodeError):
        read(Plain, {"level": None})
    with pytest.raises(DecodeError):
        read(Inner, {"level": None}, *ALL)  # it is required


def test_the_leniency_of_a_message_reaches_its_classes_and_no_other_message():
    lenient = read(Plain, {"parts": [{"level": "5", "seen": 1767225600}]}, *ALL)
    assert lenient.parts[0] == Inner(level=5, seen=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(DecodeError):
        read(Plain, {"parts": [{"level": "5"}]})
    with pytest.raises(DecodeError):
        read(Plain, {"parts": [{"level": "101"}]}, *ALL)


def test_the_leniency_of_a_field_is_about_that_field_alone():
    marked = read(Marked, {"level": "1", "count": None, "times": ["2026-01-01T00:00:00", 1767225600]})
    assert marked.times == [datetime(2026, 1, 1, tzinfo=UTC)] * 2
    assert (marked.level, marked.count) == (1, None)
    with pytest.raises(DecodeError):
        read(Marked, {"level": "1", "strict": "5"})
    with pytest.raises(DecodeError, match=r"count: Input should be greater than or equal to 0"):
        read(Marked, {"level": "1", "count": "-1"})


def test_field_and_message_add_up():
    assert read(Marked, {"level": "1", "strict": "5"}, "number-from-text").strict == 5


def test_what_is_absent_by_field_and_by_message_adds_up():
    assert read(Marked, {"level": 1, "count": ""}, "empty-text-for-absent").count is None
    assert read(Marked, {"level": 1, "count": None}, "empty-text-for-absent").count is None


def test_constructors_and_writers_stay_strict():
    wrong: Any = "5"
    with pytest.raises(ValidationError):
        Marked(level=wrong)
    with pytest.raises(ValidationError):
        Marked(level=1, count=wrong)


def test_a_scalar_payload_and_a_text_payload_are_understood():
    class Switch(RootModel[bool]):
        pass

    assert read(Switch, "off", "boolean-from-text").root is False
    plain = topic("t", "t", Switch, wire="none", content_type="text/plain", lenient=("boolean-from-text",))
    assert Decoder(plain).decode(Incoming("t", b"ON")).data.root is True


def test_headers_of_lenient_fields_are_understood():
    class Headers(Model):
        on: Annotated[bool, Lenient("boolean-from-text")]

    headers = decode_headers(topic("t", "t", Plain, headers=Headers), "t", (("on", "ON"),))
    assert headers == Headers(on=True)


SCHEMAS = JsonSchemas(
    {
        "Judged": {
            "type": "object",
            "properties": {"level": {"type": "integer", "multipleOf": 5}, "at": {"type": "string"}, "low": {}},
            "anyOf": [{"required": ["level"]}, {"required": ["at"]}],
            "additionalProperties": False,
        }
    }
)


class Judged(Model):
    __json_schema__: ClassVar[JsonSchema] = SCHEMAS["Judged"]
    level: Annotated[Omittable[int], Lenient("number-from-text", "null-for-absent")] = None
    at: Omittable[datetime] = None


@pytest.mark.parametrize("wire", ["none", "tars"])
def test_the_schema_judges_what_was_understood(wire: Wire):
    assert read(Judged, {"level": "10"}, wire=wire).level == 10
    assert read(Judged, {"level": None, "at": 1767225600}, "time-from-number", wire=wire).level is None
    for wrong in ({"level": "11"}, {"level": None}, {"level": "10", "other": 1}):
        with pytest.raises(DecodeError, match=r"is not a multiple|is not valid|not allowed|unexpected"):
            read(Judged, wrong, wire=wire)


def test_a_long_text_that_is_no_number_is_refused():
    for text in ("9" * 1_000_000, " " * 1_000_000, "1" + "0" * 300 + "x", "1e" + "9" * 300):
        with pytest.raises(DecodeError):
            read(Marked, {"level": text})


class Tree(Model):
    value: int
    children: Omittable[list[Tree]] = None


def test_a_class_inside_itself_is_understood_at_every_depth():
    tree = read(Tree, {"value": "1", "children": [{"value": "2", "children": [{"value": "3"}]}]}, "number-from-text")
    assert tree.children[0].children[0] == Tree(value=3)
