"""Schemas that contradict themselves are reported where they do: listed values, and parts that forbid fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.codegen.support.workbench import Workbench

ID: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id"],
    "properties": {"id": {"type": "string"}},
}
MORE: dict[str, Any] = {"type": "object", "required": ["more"], "properties": {"more": {"type": "string"}}}
OPTIONAL = {"type": "object", "properties": {"more": {"type": "string"}}}
KEYED = {"type": "object", "additionalProperties": False, "patternProperties": {"^m": {"type": "string"}}}


def findings(bench: Workbench, payload: object) -> list[str]:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"a": {"address": "a", "messages": {"Msg": {"payload": payload}}}},
        "components": {"schemas": {"Id": ID, "More": MORE}},
    }
    bench.write(json.dumps(document), "test.json", head="")
    return [found for found in bench.warnings() if "TW432" in found or "TW433" in found]


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string", "enum": [200, 404]}, "excludes the value 200 and 1 more"),
        ({"type": "string", "enum": ["a", True]}, "excludes the value true"),
        ({"type": "integer", "enum": [1, 1.5]}, "excludes the value 1.5"),
        ({"type": "integer", "const": "1"}, "excludes the value '1'"),
        ({"type": ["string", "null"], "enum": ["a", None, 1]}, "type string or null excludes the value 1"),
        ({"allOf": [{"type": "boolean"}, {"enum": ["on", "off"]}]}, "excludes the value 'on'"),
    ],
)
def test_listed_values_that_the_type_excludes_are_reported(bench: Workbench, schema: Any, text: str):
    [found] = findings(bench, {"type": "object", "properties": {"code": schema}})
    assert "TW432" in found
    assert text in found


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "enum": [1, 2.0, 10**30]},
        {"type": "number", "enum": [1, 2.5]},
        {"type": ["string", "integer"], "enum": ["a", 1]},
        {"type": "string", "nullable": True, "enum": ["a", None]},
        {"type": "string", "enum": ["a", None]},
        {"enum": ["a", 1, None]},
    ],
)
def test_listed_values_that_the_type_allows_are_not_reported(bench: Workbench, schema: Any):
    assert findings(bench, {"type": "object", "properties": {"code": schema}}) == []


def test_the_type_of_a_list_has_the_values_that_can_be_sent(bench: Workbench):
    findings(bench, {"type": "object", "properties": {"code": {"type": "string", "enum": ["a", 200]}}})
    assert "code: Omittable[Literal['a']] = None" in bench.compile().package.files["a/models.py"].replace('"', "'")


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [ID, MORE]},
        {"allOf": [{"$ref": "#/components/schemas/Id"}, {"$ref": "#/components/schemas/More"}]},
        {"allOf": [{"allOf": [MORE]}, ID]},
        {**ID, "allOf": [MORE]},
        {"allOf": [ID], **MORE},
        {**ID, "oneOf": [MORE, ID]},
        {**MORE, "anyOf": [ID, MORE]},
        {"allOf": [MORE, {"oneOf": [ID, MORE], **ID}]},
    ],
)
def test_a_required_field_that_another_part_forbids_leaves_no_message(bench: Workbench, schema: Any):
    found = findings(bench, schema)
    assert any("TW433" in one and "'more'" in one and "no value satisfies both" in one for one in found)


def test_an_optional_field_that_another_part_forbids_cannot_be_sent(bench: Workbench):
    [found] = findings(bench, {"allOf": [ID, OPTIONAL]})
    assert "'more'" in found
    assert "no value can have it" in found


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{**ID, "properties": {**ID["properties"], **MORE["properties"]}}, MORE]},
        {"allOf": [KEYED, MORE]},
        {"allOf": [{"properties": {"id": {}}}, MORE], "unevaluatedProperties": False},
        {"oneOf": [ID, MORE]},
        {"allOf": [ID, {"properties": {"more": False}}]},
        {"allOf": [ID, {"required": ["id"]}]},
    ],
)
def test_parts_that_fit_together_are_not_reported(bench: Workbench, schema: Any):
    assert findings(bench, schema) == []
