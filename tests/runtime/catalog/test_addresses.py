"""Parameters of addresses and headers: a published value is received as the same typed value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import pytest
from topicwright import ANY, DecodeError, TopicError
from topicwright.catalog.address import Address, address_of
from topicwright.codec.headers import decode_headers, encode_headers

from tests.runtime.support.catalog import CAMERA_FRAME, SIDE, FrameParams, Hit, SideParams, TraceHeaders, topic


@dataclass(frozen=True, slots=True)
class Mixed:
    flag: bool
    number: int
    ratio: float
    level: Literal["low", "high"]


MIXED: Address[Mixed] = Address("x/{flag}/n-{number}/{ratio}/{level}", Mixed)


@pytest.mark.parametrize(
    "params", [Mixed(True, 0, 0.5, "low"), Mixed(False, -7, 1e-9, "high"), Mixed(True, 10**20, 2.0, "low")]
)
def test_typed_parameters_come_back_as_they_were(params: Mixed):
    assert MIXED.read(MIXED.topic(params), {}) == params


@pytest.mark.parametrize("value", ["left", "ä ö", "a.b-c_d", "%2F", "$x", "+".replace("+", "plus"), "0", "  "])
def test_text_parameters_come_back_as_they_were(value: str):
    address = address_of(CAMERA_FRAME)
    assert address.read(address.topic(FrameParams(value)), {}) == FrameParams(value)


@pytest.mark.parametrize("value", ["", "a/b", "+", "#", "a+b", "a\0b", "\ud800"])
def test_values_that_no_level_can_hold_are_refused(value: str):
    with pytest.raises(TopicError):
        address_of(CAMERA_FRAME).topic(FrameParams(value))
    with pytest.raises(TopicError):
        address_of(CAMERA_FRAME).filter({"camera_id": value})


def test_a_first_level_that_no_wildcard_matches_is_refused():
    address: Address[FrameParams] = Address("{camera_id}/frame", FrameParams)
    with pytest.raises(TopicError, match=r"'\$'"):
        address.topic(FrameParams("$SYS"))


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({}, "robot/+/+/moved"),
        ({"side": ANY, "index": ANY}, "robot/+/+/moved"),
        ({"side": "left"}, "robot/left/+/moved"),
        ({"index": 3}, "robot/+/arm-3/moved"),
        ({"side": "left", "index": 3}, "robot/left/arm-3/moved"),
    ],
)
def test_filters_of_partial_matches(match: dict[str, object], expected: str):
    assert address_of(SIDE).filter(match) == expected


def test_a_parameter_that_does_not_exist_is_refused():
    with pytest.raises(TopicError, match="has no parameter 'sid'"):
        address_of(SIDE).filter({"sid": "left"})


@pytest.mark.parametrize(
    ("name", "match", "expected"),
    [
        ("robot/left/arm-3/moved", {}, SideParams("left", 3)),
        ("robot/left/arm-3/moved", {"side": "left"}, SideParams("left", 3)),
        ("robot/left/arm-3/moved", {"side": "right"}, None),
        ("robot/left/leg-3/moved", {}, None),
        ("robot/left/arm-3/stopped", {}, None),
        ("robot/left/x/arm-3/moved", {}, None),
    ],
)
def test_reading_parameters(name: str, match: dict[str, object], expected: SideParams | None):
    assert address_of(SIDE).read(name, match) == expected


@pytest.mark.parametrize("name", ["robot/middle/arm-3/moved", "robot/left/arm-x/moved"])
def test_parameters_that_the_catalog_does_not_allow_are_decode_errors(name: str):
    with pytest.raises(DecodeError):
        address_of(SIDE).read(name, {})


def test_special_characters_of_an_address_are_plain_text():
    address: Address[FrameParams] = Address("a.b/(x)/{camera_id}", FrameParams)
    assert address.read("a.b/(x)/7", {}) == FrameParams("7")
    assert address.read("acb/(x)/7", {}) is None


HEADERS = topic("h", "h", Hit, headers=TraceHeaders)


@pytest.mark.parametrize("headers", [TraceHeaders(trace="x"), TraceHeaders(trace="ä", hop=7, note="n")])
def test_headers_come_back_as_they_were(headers: TraceHeaders):
    assert decode_headers(HEADERS, "h", encode_headers(HEADERS, headers)) == headers


def test_unknown_headers_are_ignored_and_missing_ones_named():
    assert decode_headers(HEADERS, "h", (("trace", "x"), ("other", "y"))) == TraceHeaders(trace="x")
    with pytest.raises(DecodeError, match="header trace"):
        decode_headers(HEADERS, "h", ())


def test_a_topic_without_address_has_none():
    with pytest.raises(TopicError, match="no fixed address"):
        address_of(topic(None, "x", Hit))


def test_headers_that_are_absent_are_left_out():
    names = [name for name, _ in encode_headers(HEADERS, TraceHeaders(trace="x"))]
    assert names == ["trace", "hop"]


def test_params_may_be_any(request: Any):
    assert ANY.value == "+"


def test_what_the_catalog_does_not_list_is_neither_published_nor_subscribed_to():
    with pytest.raises(TopicError, match=r"level='hgih': .*'low' or 'high'"):
        MIXED.topic(Mixed(True, 1, 0.5, cast(Any, "hgih")))
    with pytest.raises(TopicError, match="number='one'"):
        MIXED.filter({"number": "one"})
