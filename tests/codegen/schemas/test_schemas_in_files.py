"""Parts of one schema in several files: a reference is relative to the file that it is written in."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.codegen.support.workbench import Workbench

HEAD = "channels: {a: {address: a, messages: {M: {payload: {$ref: 'own.yaml#/M'}}}}}\n"
COMMON = """
Item: {type: object, required: [text], properties: {text: {type: string}}}
Either: {oneOf: [{type: string}, {type: array, items: {$ref: '#/Item'}}]}
Items: {type: array, items: {$ref: '#/Item'}}
Map: {type: object, additionalProperties: {$ref: '#/Item'}}
Patterns: {type: object, patternProperties: {^x: {$ref: '#/Item'}}}
Rest: {type: object, additionalProperties: {$ref: '#/Item'}}
Nested: {allOf: [{$ref: '#/Items'}, {minItems: 1}]}
"""


@pytest.mark.parametrize("also", ["", "Item: {type: integer}\n"])
@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ("{allOf: [{$ref: 'common.yaml#/Either'}], maxLength: 9}", [{"text": "a"}], [5]),
        ("{allOf: [{$ref: 'common.yaml#/Items'}, {minItems: 1}]}", [{"text": "a"}], [5]),
        ("{allOf: [{minItems: 1}, {$ref: 'common.yaml#/Nested'}], description: d}", [{"text": "a"}], [5]),
        ("{allOf: [{$ref: 'common.yaml#/Map'}, {minProperties: 1}]}", {"x": {"text": "a"}}, {"x": 5}),
        ("{allOf: [{$ref: 'common.yaml#/Patterns'}, {$ref: 'common.yaml#/Rest'}]}", {"x": {"text": "a"}}, {"x": 5}),
        ("{nullable: true, allOf: [{$ref: 'common.yaml#/Items'}, {minItems: 1}]}", [{"text": "a"}], [5]),
    ],
)
def test_a_reference_in_a_part_is_relative_to_its_file(
    bench: Workbench, schema: str, right: object, wrong: object, also: str
) -> None:
    bench.write(HEAD)
    bench.write(f"M: {{type: object, properties: {{f: {schema}}}}}\n{also}", "own.yaml", head="")
    bench.write(COMMON, "common.yaml", head="")
    model = bench.load().M
    assert model.model_validate({"f": right}).model_dump(mode="json") == {"f": right}
    with pytest.raises(ValidationError):
        model.model_validate({"f": wrong})
