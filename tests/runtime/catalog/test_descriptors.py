"""Descriptors written by hand: any class of payload, parameters with and without a class, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

import pytest
from pydantic import BaseModel, ConfigDict, Field
from topicwright import Call, DescriptorError, EncodeError, Event, MQTTClient, Topic, TopicError
from topicwright.testing import MemoryBroker
from typing_extensions import TypedDict

from tests.runtime.support.clients import Inbox


class Reading(BaseModel):
    value: float = Field(ge=0)
    note: str | None = None


class Renamed(BaseModel):
    level: int = Field(alias="batteryLevel")


class Inside(BaseModel):
    inner: Renamed


class ByName(BaseModel):
    model_config = ConfigDict(serialize_by_alias=False, validate_by_name=True)
    level: int = Field(alias="batteryLevel")


@dataclass
class Point:
    x: int


class Typed(TypedDict):
    a: int


class Color(Enum):
    RED = "red"


@dataclass(frozen=True)
class OfDataclass:
    robot: str
    side: Literal["left", "right"] = "left"


class OfTuple(NamedTuple):
    robot: str
    side: str = "left"


class OfModel(BaseModel):
    robot: str
    side: str = "left"


async def sent(topic: Topic[Any, Any, Any], data: object, params: object = None) -> tuple[bytes, Event[Any, Any]]:
    """Publish one event, and return its payload and what a handler gets of it."""
    inbox: Inbox[Event[Any, Any]] = Inbox()
    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "me") as client:
            await client.on(topic, inbox)
            await client.publish(topic, data, params=params)
            return broker.messages[-1].payload, (await inbox.get())[0]


PAYLOADS = [
    (Reading, Reading(value=1.5), b'{"value":1.5,"note":null}'),
    (Renamed, Renamed(batteryLevel=3), b'{"batteryLevel":3}'),
    (Inside, Inside(inner=Renamed(batteryLevel=3)), b'{"inner":{"batteryLevel":3}}'),
    (ByName, ByName(level=3), b'{"level":3}'),
    (Point, Point(2), b'{"x":2}'),
    (Typed, {"a": 1}, b'{"a":1}'),
    (dict, {"a": 1}, b'{"a":1}'),
    (dict[str, float], {"a": 1.5}, b'{"a":1.5}'),
    (list[Renamed], [Renamed(batteryLevel=3)], b'[{"batteryLevel":3}]'),
    (str, "ON", b"ON"),
    (float, 21.5, b"21.5"),
    (int, 7, b"7"),
    (bool, True, b"true"),
    (bytes, b"\xff\x00", b"\xff\x00"),
    (Color, Color.RED, b'"red"'),
    (Reading | Point, Point(2), b'{"x":2}'),
]


@pytest.mark.parametrize(("kind", "data", "payload"), PAYLOADS, ids=lambda value: str(value)[:30])
async def test_a_payload_of_any_class_is_written_and_read_back(kind: Any, data: object, payload: bytes) -> None:
    written, event = await sent(Topic("plant/sensor", kind), data)
    assert written == payload
    assert event.data == data
    assert event.type == "plant.sensor"


async def test_a_whole_number_is_a_float() -> None:
    assert (await sent(Topic("plant/sensor", float), 3))[1].data == 3.0


@pytest.mark.parametrize("wire", ["tars", "cloudevents"])
async def test_envelopes_go_around_any_class(wire: Any) -> None:
    for kind, data in ((Reading, Reading(value=1)), (dict, {"a": 1}), (str, "ON"), (float, 2), (list[int], [1])):
        event = (await sent(Topic("plant/sensor", "sensor.read", kind, wire=wire), data))[1]
        assert (event.type, event.data) == ("sensor.read", data)


@pytest.mark.parametrize(
    ("kind", "data", "error"),
    [
        (Reading, {"value": 1}, TypeError),
        (int, True, TypeError),
        (float, "1", TypeError),
        (list[int], (1,), TypeError),
        (list[int], [1, "2"], EncodeError),
        (dict[str, float], {"a": "x"}, EncodeError),
        (Typed, {}, EncodeError),
    ],
    ids=str,
)
async def test_data_of_another_class_are_not_published(kind: Any, data: Any, error: type[Exception]) -> None:
    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "me") as client:
            with pytest.raises(error, match=r"plant\.sensor takes"):
                await client.publish(Topic("plant/sensor", kind), data)
        assert not broker.messages


@pytest.mark.parametrize("params", [OfDataclass("r1"), OfTuple("r1"), OfModel(robot="r1")], ids=repr)
async def test_parameters_are_of_any_class_with_fields(params: Any) -> None:
    topic = Topic("fleet/{robot}/{side}", Reading, params=type(params))
    assert (await sent(topic, Reading(value=1), params))[1].params == params


async def test_parameters_without_a_class_are_texts() -> None:
    topic = Topic("fleet/{robot}/items/{items}", Reading)
    event = (await sent(topic, Reading(value=1), {"robot": "r1", "items": "7"}))[1]
    assert (event.topic, event.params.robot, event.params.items) == ("fleet/r1/items/7", "r1", "7")
    assert topic.event_type == "fleet.items"
    assert Topic("other/{robot}/{items}", Reading).params is topic.params


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (None, r"needs the parameters \['robot'\]: give params=... with robot=..."),
        ({}, r"needs the parameters \['robot'\]"),
        ({"robt": "r1"}, r"has no parameter 'robt': it has \['robot'\]"),
        (Point(1), r"needs the parameters \['robot'\]"),
        ({"robot": "a/b"}, "must not contain"),
    ],
    ids=repr,
)
async def test_a_parameter_that_is_missing_or_wrong_is_named(params: Any, text: str) -> None:
    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "me") as client:
            with pytest.raises(TopicError, match=text):
                await client.publish(Topic("fleet/{robot}/go", Reading), Reading(value=1), params=params)


class Opaque: ...


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        (("a/{b/c", Reading), {}, "a name in braces"),
        (("a/{}", Reading), {}, "a name in braces"),
        (("a/b}", Reading), {}, "a name in braces"),
        (("a/{b c}", Reading), {}, "no name of Python"),
        (("a/#/b", Reading), {}, "only as its last level"),
        (("a+/b", Reading), {}, "only as a whole level"),
        (("", Reading), {}, "must not be empty"),
        (("a",), {}, "class of its payload is missing"),
        (("a", "b"), {}, "class of its payload is missing"),
        (("a", Reading(value=1)), {}, "an object of Reading; name its class"),
        (("a", "b", 3), {}, "an object of int; name its class"),
        (("a", Opaque), {}, "Opaque is no payload"),
        (("a/{robot}", Reading), {"params": Point}, r"no field 'robot': it has \['x'\]"),
        (("a/{robot}", Reading), {"params": OfModel}, "no parameter 'side' of OfModel"),
        (("a", Reading), {"params": OfTuple}, "it has none"),
        (("a/{robot}", Reading), {"params": OfTuple("r1")}, "takes a class"),
        (("a/{robot}", Reading), {"params": str}, "no fields"),
        (("a", Reading), {"wire": "xml"}, "it is one of tars, cloudevents, none"),
        (("a", Reading), {"qos": 3}, "it is 0, 1 or 2"),
        (("a", Reading), {"expiry": -1}, "seconds from 0"),
        (("a", Reading), {"expiry": "60"}, "seconds from 0"),
    ],
    ids=str,
)
def test_a_descriptor_that_no_message_can_have_is_refused(arguments: Any, options: Any, text: str) -> None:
    with pytest.raises(DescriptorError, match=text):
        Topic(*arguments, **options)


def test_a_call_takes_one_reply_or_several() -> None:
    ask, answer, refusal = (Topic(f"memory/{name}", Reading) for name in ("ask", "answer", "refusal"))
    assert Call(ask, answer).replies == (answer,)
    assert Call(ask, (answer, refusal)).replies == (answer, refusal)
    for wrong in ((), (Reading,), "memory/answer"):
        with pytest.raises(DescriptorError, match="Call takes the Topic"):
            Call(ask, wrong)  # type: ignore[call-overload]


async def test_a_request_of_plain_models_is_answered() -> None:
    drive = Call(Topic("fleet/{robot}/go", Reading), Topic("fleet/{robot}/arrived", list[int]))

    async def answer(event: Event[Reading]) -> list[int]:
        return [int(event.data.value)]

    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "robot") as robot, MQTTClient(broker.url, "monitor") as monitor:
            await robot.serve(drive, answer)
            assert await monitor.request(drive, Reading(value=7), params={"robot": "r1"}) == [7]
