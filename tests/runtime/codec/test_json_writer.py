"""The checks of a model that is written, and when a check can be skipped."""

from __future__ import annotations

from typing import Any, Final

import orjson
import pytest
from pydantic import BaseModel, ConfigDict, Field
from topicwright import EncodeError, Model
from topicwright.codec.json_writer import dump, is_bounded

DEEP: Final = 250


class Branch(Model):
    type: str
    inner: Branch | None = None


class Free(Model):
    type: str
    anything: Any = None


class Open(Model):
    model_config = ConfigDict(extra="allow")


class Flat(Model):
    type: str
    fields: list[int] = Field(default_factory=list[int])
    choice: float | str | None = None
    pair: tuple[int, str] | None = None


def nested() -> Any:
    value: Any = 1
    for _ in range(DEEP):
        value = [value]
    return value


@pytest.mark.parametrize(("kind", "bounded"), [(Branch, False), (Free, False), (Open, False), (Flat, True)])
def test_only_a_model_of_bounded_depth_is_written_without_a_check(kind: type[BaseModel], bounded: bool):
    kind.model_rebuild()
    assert is_bounded(kind.__pydantic_core_schema__) is bounded


def test_too_deep_a_value_is_refused_each_time_a_model_is_written():
    for _ in range(3):
        with pytest.raises(EncodeError, match="too deeply"):
            dump(Free(type="a", anything=nested()))


def test_nan_is_refused_each_time_a_model_is_written():
    data = Flat(type="a").model_copy(update={"choice": float("nan")})
    for _ in range(3):
        with pytest.raises(EncodeError, match="NaN"):
            dump(data)


def test_a_number_beyond_a_double_is_refused_each_time_a_model_is_written():
    for _ in range(3):
        with pytest.raises(EncodeError, match="number"):
            dump(Flat(type="a", fields=[10**400]))


def test_a_model_is_written_alike_the_first_time_and_later():
    first, second = dump(Flat(type="a", fields=[1], pair=(1, "b"))), dump(Flat(type="a", fields=[1], pair=(1, "b")))
    assert first == second == orjson.dumps({"type": "a", "fields": [1], "choice": None, "pair": [1, "b"]})
