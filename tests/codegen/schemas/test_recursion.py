"""Schemas that lead back to themselves, through ``allOf``, arrays and maps: the package imports."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.codegen.support.workbench import Workbench

HEAD = "channels: {a: {address: a, messages: {M: {payload: {$ref: '#/components/schemas/Node'}}}}}\n"
NODE = "{$ref: '#/components/schemas/Node'}"
LIST = "{type: array, items: {$ref: '#/components/schemas/Node'}}"


def write(bench: Workbench, **schemas: str) -> None:
    named = ", ".join(f"{name}: {schema}" for name, schema in schemas.items())
    bench.write(HEAD + f"components: {{schemas: {{{named}}}}}\n")


@pytest.mark.parametrize(
    "child",
    [
        f"{{description: below, allOf: [{NODE}]}}",
        f"{{allOf: [{NODE}, {{required: [name]}}]}}",
        f"{{oneOf: [{{allOf: [{NODE}]}}, {{type: 'null'}}]}}",
        f"{{nullable: true, allOf: [{NODE}]}}",
        f"{{anyOf: [{{allOf: [{NODE}, {{required: [name]}}]}}, {{type: integer}}]}}",
    ],
)
def test_an_object_can_contain_itself_through_an_allof(bench: Workbench, child: str) -> None:
    write(bench, Node=f"{{type: object, properties: {{name: {{type: string}}, child: {child}}}}}")
    model = bench.load().Node
    value = {"name": "a", "child": {"name": "b", "child": {"name": "c"}}}
    assert model.model_validate(value).model_dump(mode="json", exclude_unset=True) == value
    with pytest.raises(ValidationError):
        model.model_validate({"child": {"name": "b", "child": {"name": 1}}})


def test_many_fields_that_lead_back_are_each_one_class(bench: Workbench) -> None:
    fields = ", ".join(f"f{at}: {{allOf: [{NODE}, {{required: [f{at}]}}]}}" for at in range(12))
    write(bench, Node=f"{{type: object, properties: {{{fields}}}}}")
    assert len(bench.compile().catalog.types) == 13


def test_components_that_lead_to_each_other_in_many_fields_compile(bench: Workbench) -> None:
    names = ("Node", "A", "B")
    fields = ", ".join(
        f"f{at}{to}: {{allOf: [{{$ref: '#/components/schemas/{to}'}}, {{required: [f0A]}}]}}"
        for to in names
        for at in range(4)
    )
    write(bench, **dict.fromkeys(names, f"{{type: object, properties: {{{fields}}}}}"))
    assert len(bench.compile().catalog.types) < 200


def test_two_objects_can_contain_each_other_through_an_allof(bench: Workbench) -> None:
    other = "{type: object, properties: {back: {allOf: [{$ref: '#/components/schemas/Node'}, {required: [to]}]}}}"
    write(
        bench,
        Node="{type: object, properties: {to: {allOf: [{$ref: '#/components/schemas/Other'}, {required: [back]}]}}}",
        Other=other,
    )
    value = {"to": {"back": {"to": {"back": {"to": {}}}}}}
    with pytest.raises(ValidationError):
        bench.load().Node.model_validate(value)
    value = {"to": {"back": {"to": {"back": {"to": {"back": {"to": None}}}}}}}
    with pytest.raises(ValidationError):
        bench.load().Node.model_validate(value)


@pytest.mark.parametrize(
    ("through", "value", "wrong"),
    [
        (LIST, [{"name": "b", "inside": []}], [{"name": 1}]),
        (f"{{type: object, additionalProperties: {NODE}}}", {"x": {"name": "b"}}, {"x": {"name": 1}}),
        (f"{{oneOf: [{LIST}, {NODE}]}}", {"name": "b"}, {"name": 1}),
        (f"{{allOf: [{LIST}, {{minItems: 1}}]}}", [{"name": "b"}], [{"name": 1}]),
    ],
)
def test_a_named_type_in_a_circle_with_a_class_imports(
    bench: Workbench, through: str, value: object, wrong: object
) -> None:
    inside = "{$ref: '#/components/schemas/Inside'}"
    more = f"{{type: array, items: {inside}}}"
    node = f"{{type: object, properties: {{name: {{type: string}}, inside: {inside}, more: {more}}}}}"
    write(bench, Node=node, Inside=through)
    model = bench.load().Node
    assert model.model_validate({"inside": value}).model_dump(mode="json", exclude_unset=True) == {"inside": value}
    with pytest.raises(ValidationError):
        model.model_validate({"inside": wrong})


def test_an_array_can_contain_itself_through_an_allof(bench: Workbench) -> None:
    write(bench, Node=f"{{type: array, items: {{allOf: [{NODE}, {{maxItems: 2}}]}}}}")
    model = bench.load().Node
    assert model.model_validate([[], [[]]]).model_dump(mode="json") == [[], [[]]]
    with pytest.raises(ValidationError):
        model.model_validate([[[], [], []]])


def test_a_map_can_contain_itself_through_an_allof(bench: Workbench) -> None:
    write(bench, Node=f"{{type: object, additionalProperties: {{allOf: [{NODE}, {{maxProperties: 1}}]}}}}")
    model = bench.load().Node
    assert model.model_validate({"a": {"b": {}}}).model_dump(mode="json") == {"a": {"b": {}}}
