"""Each keyword of JSON Schema: a model accepts the values that the schema accepts, and refuses the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tests.codegen.support.messages import Refused, passed_on, received
from tests.codegen.support.workbench import Workbench

OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
CAT = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "Cat"}, "m": {"type": "integer"}}}
DOG = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "Dog"}, "b": {"type": "integer"}}}
NODE = {
    "type": "object",
    "properties": {"v": {"type": "integer"}, "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}},
}
JSON: dict[str, Any] = {
    "anyOf": [
        {"type": "integer"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Json"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Json"}},
    ]
}
PET = {"type": "object", "discriminator": "kind", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
BIRD = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"wings": {"type": "integer"}}}]}
FISH = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"fins": {"type": "integer"}}}]}
KOI = {"allOf": [{"$ref": "#/components/schemas/Fish"}]}
COMPONENTS = {
    "Json": JSON,
    "Pet": PET,
    "Bird": BIRD,
    "Fish": FISH,
    "Koi": KOI,
    "Object": OBJECT,
    "Cat": CAT,
    "Dog": DOG,
    "Node": NODE,
    "Text": {"type": "string"},
}
STRING_AND_INTEGER: list[dict[str, str]] = [{"type": "string"}, {"type": "integer"}]


def ref(name: str, **siblings: Any) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", **siblings}


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def write(bench: Workbench, payload: object) -> None:
    message = {"summary": "s", "payload": payload}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"a": {"address": "a", "messages": {"Msg": message}}},
        "components": {"schemas": COMPONENTS},
    }
    bench.write(json.dumps(document, indent=1), "test.json", head="")


CASES: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "$ref with a description and a default": (
        fields(x=ref("Text", description="d", default="y")),
        [{"x": "z"}],
        [{"x": 1}],
    ),
    "$ref with nullable": (fields(x=ref("Object", nullable=True)), [{"x": {"a": "b"}}, {"x": None}], [{"x": 1}]),
    "$defs by pointer": (
        {"$defs": {"N": {"type": "integer"}}, **fields(x={"$ref": "#/channels/a/messages/Msg/payload/$defs/N"})},
        [{"x": 1}],
        [{"x": "s"}],
    ),
    "definitions of a schema with an $id": (
        {
            "$id": "https://example.com/s.json",
            "definitions": {"N": {"type": "integer"}},
            **fields(x={"$ref": "#/definitions/N"}, y={"$ref": "https://example.com/s.json#/definitions/N"}),
        },
        [{"x": 1, "y": 2}],
        [{"x": "s"}, {"y": "s"}],
    ),
    "$anchor": (
        {"$defs": {"N": {"$anchor": "n", "type": "integer"}}, **fields(x={"$ref": "#n"})},
        [{"x": 1}],
        [{"x": "s"}],
    ),
    "tuple of draft 7": (
        {"type": "array", "items": STRING_AND_INTEGER, "additionalItems": False, "minItems": 2},
        [["a", 1]],
        [["a"], [1, "a"], ["a", 1, 2]],
    ),
    "tuple of 2020-12": (
        {"type": "array", "prefixItems": STRING_AND_INTEGER, "items": False, "minItems": 2},
        [["a", 1]],
        [["a"], [1, "a"], ["a", 1, 2]],
    ),
    "tuple by its count": (
        {"type": "array", "prefixItems": STRING_AND_INTEGER, "minItems": 2, "maxItems": 2},
        [["a", 1]],
        [["a"], [1, "a"], ["a", 1, 2]],
    ),
    "tuple of any length": ({"type": "array", "items": STRING_AND_INTEGER}, [["a", 1], [], ["a", 1, None]], ["a"]),
    "tuple with a rest": (
        {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
        [["a", 1, 2], ["a"]],
        [[None], [1], ["a", "b"]],
    ),
    "discriminator": (
        {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": "kind"},
        [{"kind": "Cat", "m": 1}, {"kind": "Dog", "b": 2}],
        [{"kind": "Cow"}, {"kind": "Cat", "m": "1"}],
    ),
    "discriminator of a base": (
        {"discriminator": "kind", "required": ["kind"], **fields(kind={"type": "string"})},
        [{"kind": "Cat", "m": 1}],
        [{"m": 1}],
    ),
    "discriminator of classes that inherit": (
        {"oneOf": [ref("Bird"), ref("Fish")]},
        [{"kind": "Bird", "wings": 2}, {"kind": "Fish", "fins": 3}, {"kind": "Koi", "fins": 3}],
        [{"kind": "Cow"}, {"kind": "Bird", "wings": "2"}, {"kind": "Koi", "fins": "2"}],
    ),
    "if, then, else": (
        {
            **fields(x={"type": "string"}),
            "if": fields(x={"const": "q"}),
            "then": {"required": ["y"]},
            "else": fields(z={}),
        },
        [{"x": "q", "y": 1}, {"x": "r", "z": [1]}],
        [{"x": 1}, {"w": 1}, {"x": "q"}, {"z": 1}],
    ),
    "patternProperties": (
        {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": False},
        [{"x-a": 1}, {}],
        [{"x-a": "s"}, {"y": 1}],
    ),
    "patternProperties of several kinds": (
        {"type": "object", "patternProperties": {"^i": {"type": "integer"}, "^s": {"type": "string"}}},
        [{"i": 1, "s": "a", "other": [1]}],
        [{"i": "a"}, {"s": 1}],
    ),
    "patternProperties with a rest": (
        {"patternProperties": {"^i": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
        [{"i": 1, "s": "a"}],
        [{"i": "a"}, {"s": 1}],
    ),
    "patternProperties beside properties": (
        {**fields(x={"type": "string"}), "patternProperties": {"^x-": {"type": "integer"}}},
        [{"x": "a", "x-a": 1}],
        [{"x": 1}, {"x-a": "s"}],
    ),
    "patternProperties alone beside properties": (
        {
            **fields(x={"type": "string"}),
            "patternProperties": {"^x-": {"type": "integer"}},
            "additionalProperties": False,
        },
        [{"x": "a", "x-a": 1}],
        [{"x": 1}, {"x-a": "s"}, {"y": 1}],
    ),
    "additionalProperties with a schema beside properties": (
        {**fields(x={"type": "string"}), "additionalProperties": ref("Object")},
        [{"x": "a", "z": {"a": "b"}}, {"x": "a"}],
        [{"z": 1}, {"x": 1}],
    ),
    "additionalProperties true": (
        {**fields(x={"type": "string"}), "additionalProperties": True},
        [{"x": "a", "z": 1}],
        [],
    ),
    "additionalProperties false": (
        {**fields(x={"type": "string"}), "additionalProperties": False},
        [{"x": "a"}],
        [{"x": "a", "z": 1}],
    ),
    "additionalProperties with a schema": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        [{"z": 1}, {}],
        [{"z": "s"}],
    ),
    "object without any field": ({"type": "object", "additionalProperties": False}, [{}], [{"a": 1}]),
    "field that is forbidden": (fields(x=False, y={"type": "string"}), [{"y": "a"}], [{"x": 1}]),
    "type list": ({"type": ["string", "integer", "null"]}, ["a", 1, None], [1.5, []]),
    "type list with an object": (
        fields(x={"type": ["object", "null"], "properties": {"y": {"type": "integer"}}}),
        [{"x": {"y": 1}}, {"x": None}],
        [{"x": {"y": "s"}}],
    ),
    "enum of several types": (
        fields(x={"enum": ["a", 1, None, True]}),
        [{"x": "a"}, {"x": None}, {"x": 1}],
        [{"x": "z"}],
    ),
    "enum of numbers": (fields(x={"enum": [1.5, 2]}), [{"x": 1.5}, {"x": 2}], [{"x": "a"}, {"x": 3}]),
    "enum of objects": (
        fields(x={"enum": [{"y": 1}, [1]]}),
        [{"x": {"y": 1}}, {"x": [1]}],
        [{"x": {"y": 2}}, {"x": [True]}],
    ),
    "const that is an object": (fields(x={"const": {"y": 1}}), [{"x": {"y": 1}}], [{"x": 1}, {"x": {}}]),
    "const that is a fraction": (fields(x={"const": 0.5}), [{"x": 0.5}, {}], [{"x": 1}]),
    "const null": (fields(x={"const": None}), [{"x": None}], [{"x": 1}]),
    "dependencies of draft 7": (
        {**fields(x={}, y={}, z={}), "dependencies": {"x": ["y"], "y": {"required": ["z"]}}},
        [{"x": 1, "y": 1, "z": 1}, {"z": 1}, {}],
        [{"x": 1}, {"y": 1}],
    ),
    "dependentRequired": (
        {**fields(x={}, y={}), "dependentRequired": {"x": ["y"]}},
        [{"x": 1, "y": 1}, {"y": 1}],
        [{"x": 1}],
    ),
    "one of two fields": (
        {**fields(x={}, y={}), "oneOf": [{"required": ["x"]}, {"required": ["y"]}]},
        [{"x": 1}, {"y": 1}],
        [{}, {"x": 1, "y": 1}],
    ),
    "conditions inside allOf": (
        {
            **fields(x={"type": "string"}, y={}),
            "allOf": [{"if": fields(x={"const": "q"}), "then": {"required": ["y"]}}, {"minProperties": 1}],
        },
        [{"x": "q", "y": 1}, {"x": "r"}],
        [{"x": "q"}, {}],
    ),
    "not": (fields(x={"type": "string", "not": {"enum": ["a"]}}), [{"x": "b"}], [{"x": "a"}]),
    "unique items": ({"type": "array", "uniqueItems": True}, [[1, True, "1"]], [[1, 1.0], [{"a": 1}, {"a": 1}]]),
    "contains": (
        {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5}, "maxContains": 1},
        [[1, 6]],
        [[1], [5, 6]],
    ),
    "required fields of a map": (
        {"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}},
        [{"a": 1}, {"a": 1, "b": 2}],
        [{}, {"b": 1}, {"a": "x"}],
    ),
    "number of fields": ({"type": "object", "minProperties": 1, "maxProperties": 2}, [{"a": 1}], [{}]),
    "names of fields": (
        {"additionalProperties": {"type": "integer"}, "propertyNames": {"pattern": "^[a-z]+$"}},
        [{"a": 1}],
        [{"A": 1}, {"a": "s"}],
    ),
    "required without a property": ({**fields(x={}), "required": ["y"]}, [{"y": [1]}], [{"x": 1}]),
    "union that contains itself": (
        ref("Json"),
        [{"a": [1, {"b": [[]]}]}, [], 1],
        [{"a": 1.5}, ["a"]],
    ),
    "recursion": (ref("Node", description="d"), [{"v": 1, "kids": [{"v": 2, "kids": []}]}], [{"kids": [{"v": "s"}]}]),
    "allOf with oneOf": (
        {
            "allOf": [
                ref("Object"),
                {"oneOf": [{**fields(x={}), "required": ["x"]}, {**fields(y={}), "required": ["y"]}]},
            ]
        },
        [{"a": "1", "x": 1}, {"a": "1", "y": 1}],
        [{"a": "1"}, {"x": 1}],
    ),
    "a length of 2.0": ({"type": "string", "minLength": 2.0, "maxLength": 3.0}, ["ab", "abc"], ["a", "abcd"]),
    "a count of 2.0": ({"type": "array", "items": {}, "maxItems": 2.0}, [[], [1, 2]], [[1, 2, 3]]),
    "a count of 2.0 that a model checks": (
        {"type": "object", "minProperties": 2.0, "properties": {"a": {}, "b": {}}},
        [{"a": 1, "b": 2}],
        [{"a": 1}],
    ),
    "a number of matches of 1.0": (
        {"type": "array", "items": {}, "contains": {"const": 1}, "maxContains": 1.0},
        [[1], [1, 2]],
        [[1, 1]],
    ),
    "allOf of scalars": ({"allOf": [{"type": "string", "minLength": 2}, {"maxLength": 3}]}, ["ab"], ["a", "abcd"]),
    "formats": (
        fields(
            t={"type": "string", "format": "date-time"}, n={"type": "integer", "format": "int64"}, u={"format": "uri"}
        ),
        [{"t": "2026-01-01T00:00:00Z", "n": 2**62, "u": "any"}],
        [{"t": "soon"}, {"n": 1.5}],
    ),
    "anything": ({}, [1, "a", None, {"a": [1]}], []),
    "scalar": ({"type": "integer"}, [1], ["a", 1.5]),
    "array": ({"type": "array", "items": ref("Object")}, [[{"a": "b"}], []], [[{}], {}]),
}


def model(bench: Workbench, payload: object) -> type[BaseModel]:
    write(bench, payload)
    module = bench.load()
    found: type[BaseModel] = getattr(module, "Msg", None) or getattr(module, "Json", None) or module.Node
    return found


@pytest.mark.parametrize("name", CASES)
def test_values_survive_or_are_refused_as_the_schema_demands(bench: Workbench, name: str) -> None:
    payload, good, bad = CASES[name]
    found = model(bench, payload)
    for value in good:
        assert passed_on(found, value) == value
    for value in bad:
        with pytest.raises(Refused):
            received(found, value)


def test_undeclared_fields_are_kept_where_the_settings_ask_for_it(bench: Workbench) -> None:
    bench.settings["keep_unknown"] = True
    found = model(bench, fields(x={**fields(y={}), "additionalProperties": False}))
    assert passed_on(found, {"z": 1}) == {"z": 1}
    with pytest.raises(Refused):
        received(found, {"x": {"z": 1}})


def test_discriminator_of_openapi_with_a_mapping_chooses_the_class(bench: Workbench) -> None:
    mapping = {"b": "#/components/schemas/Bird", "Fish": "Fish", "f": "Fish"}
    schema = {
        "oneOf": [ref("Bird"), ref("Fish")],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    found = model(bench, {"schemaFormat": "application/vnd.oai.openapi;version=3.0.0", "schema": schema})
    for good in ('{"kind":"b","wings":2}', '{"kind":"f","fins":1}'):
        assert found.model_validate_json(good).model_dump_json() == good
    for bad in ('{"kind":"b","fins":2}', '{"kind":"x"}', '{"kind":"Bird"}'):
        with pytest.raises(ValidationError):
            found.model_validate_json(bad)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (fields(x=ref("Text", minLength=3)), "TW416"),
        ({"oneOf": [ref("Object"), ref("Node")], "discriminator": "kind"}, "TW424"),
        ({"oneOf": [ref("Text"), {"$ref": "#/channels/a/messages/Msg/payload"}]}, "TW420"),
        ({"type": "string", "pattern": "(a"}, "TW415"),
    ],
)
def test_what_the_model_does_not_check_is_reported(bench: Workbench, payload: object, code: str) -> None:
    write(bench, payload)
    assert code in {warning.split(" ")[1] for warning in bench.warnings()}
