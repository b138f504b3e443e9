"""Any payload: a written one can be read, and an invalid one is refused without harm."""

from __future__ import annotations

import math
import random
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json
from topicwright import DecodeError, EncodeError, Event
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import encode, peek

from tests.runtime.support.catalog import MEMORY_QUERY, FreeForm, MemoryQuery, decode, topic
from tests.runtime.support.many import many

MOST = int(sys.float_info.max)

# -- what we publish we can read ---------------------------------------------------------------------------------

FREE = topic("free", "free", FreeForm)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return isinstance(other, (int, float)) and math.isclose(one, other, rel_tol=1e-15, abs_tol=0)
    return type(one) is type(other) and one == other


def written(model: FreeForm, wire: str) -> tuple[Any, bytes] | None:
    described = topic("free", "free", FreeForm, wire=wire)
    try:
        return described, encode(described, model, message_id="1", source="s", ts=1.0)
    except EncodeError:
        return None


@many
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.sampled_from(["tars", "none", "cloudevents"]))
def test_what_we_publish_we_can_read(values: dict[str, Any], wire: str):
    result = written(FreeForm(values=values), wire)
    if result is not None:
        described, payload = result
        assert same(values, decode(Decoder(described), "free", payload).data.values)


@pytest.mark.parametrize("depth", [1, 150, 195, 197, 198, 199, 200, 205, 260, 1000])
@pytest.mark.parametrize("wire", ["tars", "none", "cloudevents"])
def test_a_value_too_deep_to_be_read_is_not_written(depth: int, wire: str):
    value: Any = 1
    for _ in range(depth):
        value = [value]
    result = written(FreeForm(values={"v": value}), wire)
    assert (result is None) == (depth >= 197)
    if result is not None:
        assert decode(Decoder(result[0]), "free", result[1]).data.values == {"v": value}


HUGE = [2**63, 2**64, -(2**70), 10**308, int("179769" + 303 * "0"), 10**309, 10**400, -(10**4000), 10**9000]


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{number.bit_length()} bits")
@pytest.mark.parametrize("wire", ["tars", "none", "cloudevents"])
def test_whole_numbers_beyond_a_double_are_refused_on_both_sides(number: int, wire: str):
    result = written(FreeForm(values={"v": [0, number, "1" * 400]}), wire)
    assert (result is None) == (abs(number) > MOST)
    if result is not None:
        assert decode(Decoder(result[0]), "free", result[1]).data.values["v"][1] == number
    described = topic("free", "free", FreeForm, wire="none")
    payload = b'{"values":{"v":%b%b}}' % (b"-" * (number < 0), to_json(abs(number)))
    try:
        decode(Decoder(described), "free", payload)
    except DecodeError:
        assert abs(number) > MOST
    else:
        assert abs(number) <= MOST


@many
@given(st.text(), st.integers(1, 50))
def test_models_come_back_as_they_were(text: str, number: int):
    try:
        payload = encode(
            MEMORY_QUERY, MemoryQuery(message_id="1", text=text, top_k=number), message_id="1", source="s", ts=1.0
        )
    except EncodeError:
        return
    assert decode(Decoder(MEMORY_QUERY), "memory/query", payload).data == MemoryQuery(
        message_id="1", text=text, top_k=number
    )


# -- what nobody should send -------------------------------------------------------------------------------------

DECODER = Decoder(MEMORY_QUERY)
GOOD = encode(MEMORY_QUERY, MemoryQuery(text="hello"), message_id="1", source="s", ts=1.0)
PIECES = [b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"NaN", b"1e999", b"\\ud800", b"\xff", b"\0", b"9" * 40]


def read(payload: bytes) -> Event[Any, Any, Any] | None:
    peek(payload)
    try:
        return decode(DECODER, "memory/query", payload)
    except DecodeError:
        return None


@many
@given(st.binary(max_size=200))
def test_random_payloads_are_messages_or_decode_errors(payload: bytes):
    read(payload)


def mutated(chance: random.Random) -> bytes:
    data = bytearray(GOOD)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data) + 1)
        piece = chance.choice([*PIECES, bytes([chance.randrange(256)])])
        data[at : at + chance.choice([0, 0, 1, 5, 30])] = piece * chance.choice([1, 1, 1, 50])
    return bytes(data)


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_mutated_payloads_neither_crash_nor_hang_nor_cost_memory(count: int):
    chance, longest = random.Random(count), 0.0
    before = resident()
    for _ in range(count):
        payload, since = mutated(chance), time.monotonic()
        read(payload)
        longest = max(longest, time.monotonic() - since)
    assert longest < 1.0
    assert resident() - before < 16 * 1024


def resident() -> int:
    try:
        with open("/proc/self/status") as status:  # noqa: PTH123
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    except FileNotFoundError:
        return 0
