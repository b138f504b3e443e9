"""Defaults of fields whose type has a name: the field has one type, whether it is absent or not."""

from __future__ import annotations

import warnings

import pytest

from tests.codegen.support.workbench import Workbench

SCHEMAS = """
channels:
  a:
    address: a
    messages:
      M: {payload: {$ref: '#/components/schemas/M'}}
      N: {payload: {$ref: '#/components/schemas/Mode'}}
      O: {payload: {$ref: '#/components/schemas/Tags'}}
components:
  schemas:
    Mode: {type: string, enum: [auto, heat]}
    Tags: {type: object, additionalProperties: {type: string}}
    Labels: {type: object, additionalProperties: {type: string}}
    Names: {type: array, items: {type: string}, maxItems: 9}
    Time: {type: string, format: date-time}
    Inner: {type: object, properties: {n: {type: integer}}}
    Either: {oneOf: [{$ref: '#/components/schemas/Inner'}, {type: string}]}
    Json: {oneOf: [{type: 'null'}, {type: number}, {type: array, items: {$ref: '#/components/schemas/Json'}}]}
"""


def reference(name: str, default: str) -> str:
    return f"{{$ref: '#/components/schemas/{name}', default: {default}}}"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (reference("Mode", "auto"), '"auto"'),
        ("{anyOf: [{$ref: '#/components/schemas/Mode'}, {type: 'null'}], default: heat}", '"heat"'),
        ("{type: array, items: {$ref: '#/components/schemas/Mode'}, default: [heat]}", '["heat"]'),
        ("{anyOf: [{type: string, format: date}, {type: 'null'}], default: '2020-01-31'}", '"2020-01-31"'),
        (reference("Tags", "{a: b}"), '{"a":"b"}'),
        (reference("Tags", "{}"), "{}"),
        (reference("Labels", "{a: b}"), '{"a":"b"}'),
        (reference("Labels", "{}"), "{}"),
        (reference("Names", "[a]"), '["a"]'),
        (reference("Names", "[]"), "[]"),
        (reference("Time", "'2020-01-01T00:00:00Z'"), '"2020-01-01T00:00:00Z"'),
        (reference("Inner", "{n: 1}"), '{"n":1}'),
        (reference("Inner", "{}"), "{}"),
        (reference("Either", "{n: 1}"), '{"n":1}'),
        (reference("Either", "a"), '"a"'),
        (reference("Json", "[1, [null]]"), "[1.0,[null]]"),
        (reference("Json", "null"), "null"),
    ],
)
def test_an_absent_field_has_the_type_of_one_that_is_read(bench: Workbench, schema: str, text: str) -> None:
    bench.write(f"{SCHEMAS}    M: {{type: object, properties: {{f: {schema}}}}}\n")
    model = bench.load().M
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        absent, given = model.model_validate_json("{}"), model.model_validate_json(f'{{"f": {text}}}')
        assert absent == given == model()
        assert type(absent.f) is type(given.f)
        assert absent.model_dump_json() == f'{{"f":{text}}}'


def test_an_absent_field_of_a_class_that_allows_null_stays_absent(bench: Workbench) -> None:
    bench.write(f"{SCHEMAS}    M: {{type: object, properties: {{f: {{$ref: '#/components/schemas/Json'}}}}}}\n")
    model = bench.load().M
    assert model.model_validate_json("{}").model_dump_json() == "{}"
    assert model.model_validate_json('{"f":[null]}').model_dump_json() == '{"f":[null]}'
