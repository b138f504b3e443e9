"""``$dynamicRef`` and ``$recursiveRef``: the judge follows them through the resources that it comes through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.codegen.conformance.forms import PAYLOAD, Unit
from tests.codegen.conformance.outcomes import RIGHT
from tests.codegen.conformance.subject import measure
from tests.codegen.conformance.suite import Case, Group

MODERN = "https://json-schema.org/draft/2020-12/schema"
LIST = {
    "$id": "list",
    "type": "array",
    "items": {"$dynamicRef": "#item"},
    "$defs": {"any": {"$dynamicAnchor": "item", "type": ["string", "integer"]}},
}
TREE = {
    "$id": "tree",
    "$dynamicAnchor": "node",
    "type": "object",
    "properties": {"x": True, "in": {"type": "array", "items": {"$dynamicRef": "#node"}}},
}
TEXTS = {"texts": {"$dynamicAnchor": "item", "type": "string"}}
CASES: dict[str, tuple[Any, list[tuple[Any, bool]]]] = {
    "nothing replaces the target": ({"$ref": "list", "$defs": {"l": LIST}}, [(["a", 1], True), ([None], False)]),
    "the resource before it replaces the target": (
        {"$ref": "list", "$defs": {"l": LIST, **TEXTS}},
        [(["a"], True), ([1], False)],
    ),
    "a resource that is only come through replaces it": (
        {"$ref": "m#/$defs/r", "$defs": {"l": LIST, "m": {"$id": "m", "$defs": {"r": {"$ref": "list"}, **TEXTS}}}},
        [(["a"], True), ([1], False)],
    ),
    "a resource that has been left does not replace it": (
        {"allOf": [{"$id": "m", "$defs": TEXTS}, {"$ref": "list"}], "$defs": {"l": LIST}},
        [([1, "a"], True), ([None], False)],
    ),
    "an anchor of the same name does not replace it": (
        {"$ref": "list", "$defs": {"l": LIST, "a": {"$anchor": "item", "type": "string"}}},
        [([1], True)],
    ),
    "a stricter copy of a recursive schema": (
        {"$ref": "tree", "$dynamicAnchor": "node", "unevaluatedProperties": False, "$defs": {"t": TREE}},
        [({"in": [{"x": 1}]}, True), ({"in": [{"y": 1}]}, False)],
    ),
    "two ways to one schema, each with a target of its own": (
        {
            "properties": {"t": {"$ref": "texts"}, "l": {"$ref": "list"}},
            "$defs": {"l": LIST, "t": {"$id": "texts", "$ref": "list", "$defs": TEXTS}},
        },
        [({"t": ["a"], "l": [1]}, True), ({"t": [1]}, False)],
    ),
    "a pointer, which nothing replaces": (
        {"items": {"$dynamicRef": "#/$defs/a"}, "$defs": {"a": {"$dynamicAnchor": "n", "type": "string"}}},
        [(["a"], True), ([1], False)],
    ),
    "a boolean schema": ({"items": {"$dynamicRef": "#/$defs/no"}, "$defs": {"no": False}}, [([], True), ([1], False)]),
    "an object with fields of another schema": (
        {"type": "object", "properties": {"a": {"type": "string"}}, "$dynamicRef": "#n", "unevaluatedProperties": False}
        | {"$defs": {"b": {"$dynamicAnchor": "n", "properties": {"b": {"type": "integer"}}}}},
        [({"a": "1", "b": 1}, True), ({"b": "1"}, False), ({"c": 1}, False)],
    ),
    "$recursiveRef of 2019-09": (
        {
            "$schema": "https://json-schema.org/draft/2019-09/schema",
            "$recursiveAnchor": True,
            "$ref": "tree",
            "unevaluatedProperties": False,
            "$defs": {
                "t": {
                    "$id": "tree",
                    "$recursiveAnchor": True,
                    "type": "object",
                    "properties": {"x": True, "in": {"type": "array", "items": {"$recursiveRef": "#"}}},
                }
            },
        },
        [({"in": [{"x": 1}]}, True), ({"in": [{"y": 1}]}, False)],
    ),
}


@pytest.mark.parametrize(("schema", "values"), CASES.values(), ids=list(CASES))
def test_a_dynamic_reference_is_judged_by_the_way_to_it(
    tmp_path: Path, schema: Any, values: list[tuple[Any, bool]]
) -> None:
    schema = {"$schema": MODERN, "$id": "http://x.org/root", **schema}
    group = Group(0, "draft2020-12", "planted", "planted", schema, tuple(Case(*value) for value in values))
    outcomes = list(measure([Unit(group, PAYLOAD, schema, group.cases)], keep_unknown=True, folder=tmp_path))
    assert [
        (one.kind, json.dumps(group.cases[one.case].value), one.reason) for one in outcomes if one.kind != RIGHT
    ] == []
    assert len(outcomes) == len(values)
