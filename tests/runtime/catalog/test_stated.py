"""Fields that every message has and no constructor asks for: filled in when constructing, required when reading."""

from __future__ import annotations

import pickle
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from topicwright import Model, RootModel, Stated


class Inner(Model):
    speed: Stated[float] = 1.0
    name: str


class Command(Model):
    kind: Annotated[Stated[Literal["go-to"]], Field(alias="@kind")] = "go-to"
    tags: Stated[list[str]] = Field(default_factory=list[str])
    at: Stated[Later] = Field(default_factory=lambda: Later())
    x: int


class Later(Model):
    y: int = 0


class Stop(Model):
    kind: Stated[Literal["stop"]] = "stop"


class Special(Command):
    more: Stated[int] = 7


class Own(Stop):
    def __init__(self, **data: Any) -> None:
        super().__init__(**data)


Command.model_rebuild()


def test_constructors_fill_in_constants_and_defaults_and_send_them():
    command = Command(x=1)
    assert command.model_dump(mode="json") == {"@kind": "go-to", "tags": [], "at": {"y": 0}, "x": 1}
    assert command.model_fields_set == {"kind", "tags", "at", "x"}
    assert Stop() == Stop(kind="stop") == pickle.loads(pickle.dumps(Stop())) == Stop().model_copy()


def test_each_object_has_its_own_copy_of_a_default():
    assert Command(x=1).tags is not Command(x=1).tags


def test_a_value_that_is_given_counts_by_name_and_by_alias():
    assert Command(kind="go-to", tags=["a"], x=1).tags == ["a"]
    assert Command(**{"@kind": "go-to", "x": 1}) == Command(x=1)
    with pytest.raises(ValidationError):
        Command(kind="stop", x=1)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_classes_of_users_inherit_the_constructor():
    assert (Special(x=1).kind, Special(x=1).more, Own().kind) == ("go-to", 7, "stop")


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (Command, '{"x": 1, "tags": [], "at": {}}'),
        (Command, '{"@kind": "go-to", "x": 1, "at": {}}'),
        (Command, '{"@kind": "go-to", "x": 1, "tags": []}'),
        (Special, '{"@kind": "go-to", "x": 1, "tags": [], "at": {}}'),
        (Stop, "{}"),
        (list[Inner], '[{"name": "m"}]'),
        (RootModel[Stop | Inner], '{"name": "m"}'),
    ],
)
def test_a_message_without_them_is_invalid_on_every_level(model: Any, text: str):
    with pytest.raises(ValidationError, match="Field required"):
        TypeAdapter(model).validate_json(text)


def test_a_message_with_them_is_read_and_written_back():
    text = '{"@kind":"go-to","tags":["a"],"at":{"y":0},"x":1}'
    assert TypeAdapter(Command).validate_json(text).model_dump_json() == text


def test_a_tag_with_a_default_chooses_the_class():
    class TurnOn(Model):
        kind: Stated[Literal["on"]] = "on"

    class TurnOff(Model):
        kind: Stated[Literal["off"]] = "off"

    union = TypeAdapter(TurnOn | TurnOff)
    assert union.validate_json('{"kind": "off"}') == TurnOff()
    with pytest.raises(ValidationError):
        union.validate_json("{}")
