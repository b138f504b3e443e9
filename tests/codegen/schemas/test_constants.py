"""A required constant or field with a default is filled in by the constructor, and required of a message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.codegen.support.workbench import Workbench


def load(bench: Workbench, properties: dict[str, Any], required: list[str], **more: Any) -> Any:
    payload = {"type": "object", "required": required, "properties": properties, **more}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"a": {"address": "a", "messages": {"Msg": {"payload": payload}}}},
        "components": {
            "schemas": {
                "Kind": {"const": "go-to"},
                "Pet": {
                    "type": "object",
                    "discriminator": "kind",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string"}},
                },
                "Cat": {
                    "allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"lives": {"type": "integer"}}}]
                },
            }
        },
    }
    bench.write(json.dumps(document), "test.json", head="")
    return bench.load()


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": "go-to"}, "go-to"),
        ({"const": 7}, 7),
        ({"const": False}, False),
        ({"const": 1.5}, 1.5),
        ({"const": None}, None),
        ({"const": {"a": 1}}, {"a": 1}),
        ({"enum": [["a"]]}, ["a"]),
        ({"type": "string", "enum": ["go-to"]}, "go-to"),
        ({"type": "string", "enum": ["go-to", 200]}, "go-to"),
        ({"const": "go-to", "default": "wrong"}, "go-to"),
        ({"$ref": "#/components/schemas/Kind"}, "go-to"),
        ({"allOf": [{"$ref": "#/components/schemas/Kind"}]}, "go-to"),
        ({"type": "string", "default": "go-to"}, "go-to"),
        ({"type": ["string", "null"], "default": None}, None),
        ({"type": "number", "default": 2}, 2.0),
        ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, ["a"]),
    ],
)
def test_nobody_passes_what_can_have_one_value_and_every_message_has_it(bench: Workbench, schema: Any, value: Any):
    model = load(bench, {"kind": schema, "x": {"type": "integer"}}, ["kind"]).Msg
    made = model(x=1)
    assert json.loads(made.model_dump_json()) == {"kind": value, "x": 1}
    read = TypeAdapter(model).validate_json
    assert read(made.model_dump_json()) == made
    with pytest.raises(ValidationError, match="Field required"):
        read('{"x": 1}')


def test_a_constant_that_is_not_required_stays_absent(bench: Workbench):
    model = load(bench, {"kind": {"const": "go-to"}}, []).Msg
    assert model().kind is None
    assert model(kind="go-to").kind == "go-to"


def test_generated_values_of_required_fields_are_filled_in_and_required(bench: Workbench):
    properties = {"id": {"type": "string", "x-generated": "id"}, "at": {"type": "number", "x-generated": "time"}}
    model = load(bench, properties, ["id"]).Msg
    assert len(model().id) == 32
    read = TypeAdapter(model).validate_json
    assert read('{"id": "x"}').at > 0
    with pytest.raises(ValidationError, match="Field required"):
        read('{"at": 1}')


def test_the_value_of_a_discriminator_need_not_be_passed(bench: Workbench):
    sdk = load(bench, {"pet": {"$ref": "#/components/schemas/Pet"}}, ["pet"])
    assert sdk.Cat(lives=9).kind == "Cat"
    assert sdk.PetBase().kind == "Pet"
