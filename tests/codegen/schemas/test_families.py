"""A discriminator of a schema that others inherit from with ``allOf``: the type is the union of all of them."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.codegen.support.workbench import Workbench

HEAD = """
channels:
  a: {address: a, messages: {M: {payload: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}}}}}}
"""
FAMILY = """
components:
  schemas:
    Pet: {type: object, discriminator: kind, required: [kind], properties: {kind: {type: string}, name: {type: string}}}
    Cat:
      allOf: [{$ref: '#/components/schemas/Pet'}, {required: [lives], properties: {lives: {type: integer}}}]
    Dog:
      allOf: [{$ref: '#/components/schemas/Pet'}, {required: [bark], properties: {bark: {type: string}}}]
    Lion:
      allOf: [{$ref: '#/components/schemas/Cat'}, {properties: {prey: {$ref: '#/components/schemas/Pet'}}}]
"""


def test_a_value_is_of_the_class_that_its_discriminator_names(bench: Workbench) -> None:
    bench.write(HEAD + FAMILY)
    assert bench.warnings() == []
    module = bench.load()
    lion = {"kind": "Lion", "lives": 1, "prey": {"kind": "Dog", "bark": "loud"}}
    for value, name in (
        ({"kind": "Cat", "lives": 9, "name": "a"}, "CatBase"),
        (lion, "Lion"),
        ({"kind": "Dog", "bark": "loud"}, "Dog"),
        ({"kind": "Pet"}, "PetBase"),
    ):
        message = module.M.model_validate({"pet": value})
        assert type(message.pet).__name__ == name
        assert message.model_dump(mode="json", exclude_unset=True) == {"pet": value}


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "Cat", "lives": "many"},
        {"kind": "Dog"},
        {"kind": "Bird"},
        {"kind": "Lion", "lives": 1, "prey": {"kind": "Cat"}},
        {},
    ],
)
def test_a_value_that_its_class_does_not_allow_is_no_value_of_another(bench: Workbench, value: object) -> None:
    bench.write(HEAD + FAMILY)
    with pytest.raises(ValidationError):
        bench.load().M.model_validate_json(json.dumps({"pet": value}))


def test_a_base_whose_own_name_is_not_listed_is_no_alternative(bench: Workbench) -> None:
    bench.write(HEAD + FAMILY.replace("{kind: {type: string}", "{kind: {type: string, enum: [Cat, Lion, Dog]}"))
    module = bench.load()
    assert not hasattr(module, "PetBase")
    with pytest.raises(ValidationError):
        module.M.model_validate({"pet": {"kind": "Pet"}})


def test_a_mapping_names_the_values_of_a_family(bench: Workbench) -> None:
    mapping = "{propertyName: kind, mapping: {meow: '#/components/schemas/Cat', wuff: '#/components/schemas/Dog'}}"
    own = f"{{type: object, discriminator: {mapping}, properties: {{kind: {{type: string}}}}}}"
    head, tail = FAMILY.split("    Pet: ")
    pet = f"    Pet: {{schemaFormat: application/vnd.oai.openapi;version=3.0.0, schema: {own}}}\n"
    bench.write(HEAD + head + pet + tail.partition("\n")[2].partition("    Lion")[0])
    module = bench.load()
    assert module.M.model_validate({"pet": {"kind": "meow", "lives": 1}}).pet == module.Cat(kind="meow", lives=1)
    with pytest.raises(ValidationError):
        module.M.model_validate({"pet": {"kind": "wuff", "lives": 1}})
