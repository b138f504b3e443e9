"""The JSON Schema of a model, for FastAPI and others: its scalars as they were declared, its fields described."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter
from pydantic.warnings import PydanticDeprecatedSince20
from topicwright import Model, Nullable, Omittable, Stated


class Reading(Model):
    """What a sensor measured."""

    count: Annotated[int, Field(ge=1, le=9)]
    """How many."""
    celsius: Annotated[float, Field(gt=-273.15)] = 20.0
    kind: Stated[Literal["a", "b"]] = "a"
    state: Literal[1, 2, "off"] = 1
    seen: Omittable[datetime] = None
    """
    When it was seen,
    on the sensor's clock.
    """
    sensor_id: Annotated[UUID, Field(alias="sensorId")]
    """Which sensor."""
    note: Nullable[str | None] = None
    on: bool = Field(default=True, description="Its own text.")
    """Another text."""


class Late(Reading):
    late_by: int
    """How late, in seconds."""


def fields(model: type[Model]) -> dict[str, Any]:
    return model.model_json_schema()["properties"]


def test_scalars_are_in_json_schema_as_they_were_declared():
    found = {
        name: {key: value for key, value in field.items() if key != "title"} for name, field in fields(Reading).items()
    }
    assert found["count"] == {"type": "integer", "minimum": 1, "maximum": 9, "description": "How many."}
    assert found["celsius"] == {"type": "number", "exclusiveMinimum": -273.15, "default": 20.0}
    assert found["kind"]["enum"] == ["a", "b"]
    assert found["state"]["enum"] == [1, 2, "off"]
    assert (found["seen"]["type"], found["seen"]["format"]) == ("string", "date-time")
    assert found["sensorId"]["format"] == "uuid"
    assert found["on"]["type"] == "boolean"


def test_fields_are_described_by_their_docstrings():
    assert fields(Reading)["seen"]["description"] == "When it was seen,\non the sensor's clock."
    assert fields(Reading)["sensorId"]["description"] == "Which sensor."
    assert fields(Reading)["on"]["description"] == "Its own text."
    assert "description" not in fields(Reading)["celsius"]
    assert fields(Late)["late_by"]["description"] == "How late, in seconds."
    assert fields(Late)["count"]["description"] == "How many."


def test_what_a_message_must_have_is_required():
    assert set(Reading.model_json_schema()["required"]) == {"count", "kind", "sensorId"}


def test_a_model_in_an_annotation_is_built_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("default", PydanticDeprecatedSince20)
        adapter = TypeAdapter(Annotated[list[Late], Field(description="x")])
        assert adapter.json_schema()["items"] == {"$ref": "#/$defs/Late"}
