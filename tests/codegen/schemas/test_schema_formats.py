"""Schemas with their format, among components and in headers; what applies beside a reference in which version."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.codegen.support.workbench import Workbench

DRAFT_7 = "application/schema+json;version=draft-07"
DRAFT_2020 = "application/schema+json;version=draft-2020-12"
AVRO = "application/vnd.apache.avro;version=1.9.0"
COMPONENTS = f"""
components:
  schemas:
    Reading:
      schemaFormat: {DRAFT_7}
      schema:
        type: object
        required: [value]
        properties: {{value: {{type: number}}, unit: {{$ref: '#/components/schemas/Unit'}}}}
    Unit: {{schemaFormat: {DRAFT_7}, schema: {{type: string, enum: [kWh, m3]}}}}
    Record: {{schemaFormat: {AVRO}, schema: {{type: record, name: R, fields: []}}}}
    Positive: {{type: integer, minimum: 0}}
"""


def write(bench: Workbench, message: str) -> None:
    bench.write(f"channels: {{a: {{address: a, messages: {{M: {message}}}}}}}\n{COMPONENTS}")


def test_a_reference_to_a_schema_with_its_format_means_the_schema(bench: Workbench) -> None:
    write(bench, "{payload: {type: object, properties: {r: {$ref: '#/components/schemas/Reading'}}}}")
    module = bench.load()
    assert module.M.model_validate({"r": {"value": 1, "unit": "m3"}}).r == module.Reading(value=1.0, unit="m3")
    for wrong in ({"r": {}}, {"r": {"value": 1, "unit": "x"}}):
        with pytest.raises(ValidationError):
            module.M.model_validate(wrong)


def test_a_payload_may_refer_to_a_schema_with_its_format(bench: Workbench) -> None:
    write(bench, "{payload: {$ref: '#/components/schemas/Reading'}}")
    assert bench.warnings() == []
    with pytest.raises(ValidationError):
        bench.load().Reading.model_validate({"value": "x"})


def test_headers_may_have_their_format(bench: Workbench) -> None:
    schema = "{type: object, properties: {trace: {type: string}}}"
    write(bench, f"{{headers: {{schemaFormat: {DRAFT_7}, schema: {schema}}}, payload: {{type: string}}}}")
    (topic,) = bench.compile().catalog.topics
    assert topic.headers is not None
    assert [field.wire for field in topic.headers.fields] == ["trace"]


def test_a_payload_that_refers_to_another_format_is_bytes(bench: Workbench) -> None:
    write(bench, "{payload: {$ref: '#/components/schemas/Record'}}")
    (warning,) = bench.warnings()
    assert f"TW308 warning: schema format {AVRO!r} is not supported: the payload is bytes" in warning
    assert bench.compile().catalog.topics[0].payload is None


def test_a_field_of_another_format_takes_any_value(bench: Workbench) -> None:
    write(bench, "{payload: {type: object, properties: {r: {$ref: '#/components/schemas/Record'}}}}")
    (warning,) = bench.warnings()
    assert "TW308" in warning
    assert bench.load().M.model_validate({"r": [1]}).r == [1]


@pytest.mark.parametrize("version", ["2.0.0", "2.6.0"])
def test_an_avro_payload_may_be_in_a_file_of_its_own(bench: Workbench, version: str) -> None:
    head = f"asyncapi: {version}\ninfo: {{title: Test, version: 1.0.0}}\n"
    bench.write(
        f"channels: {{a: {{publish: {{message: {{schemaFormat: {AVRO}, payload: {{$ref: user.avsc}}}}}}}}}}\n",
        head=head,
    )
    bench.write('{"type": "record", "name": "User", "fields": []}', "user.avsc", head="")
    assert bench.compile().catalog.topics[0].payload is None


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ("{$ref: '#/components/schemas/Positive', maximum: 50}", 20, 75),
        ("{$ref: '#/components/schemas/Positive', maximum: 50}", 20, -1),
        ("{$ref: '#/components/schemas/Reading', required: [unit]}", {"value": 1.0, "unit": "m3"}, {"value": 1.0}),
        ("{$ref: '#/components/schemas/Positive', description: d}", 75, -1),
    ],
)
def test_in_2020_12_keywords_beside_a_reference_apply(
    bench: Workbench, schema: str, right: object, wrong: object
) -> None:
    write(
        bench,
        f"{{payload: {{schemaFormat: {DRAFT_2020}, schema: {{type: object, properties: {{f: {schema}}}}}}}}}",
    )
    assert bench.warnings() == []
    model = bench.load().M
    assert model.model_validate({"f": right}).model_dump(mode="json") == {"f": right}
    with pytest.raises(ValidationError):
        model.model_validate({"f": wrong})


def test_a_file_has_the_version_of_the_schema_that_refers_to_it(bench: Workbench) -> None:
    write(bench, f"{{payload: {{schemaFormat: {DRAFT_2020}, schema: {{$ref: own.yaml}}}}}}")
    bench.write(
        "{type: object, properties: {f: {$ref: '#/$defs/P', maximum: 50}}, $defs: {P: {type: integer}}}",
        "own.yaml",
        head="",
    )
    with pytest.raises(ValidationError):
        bench.load().Own.model_validate({"f": 51})


def test_in_draft_7_keywords_beside_a_reference_do_not_apply(bench: Workbench) -> None:
    write(bench, "{payload: {type: object, properties: {f: {$ref: '#/components/schemas/Positive', maximum: 50}}}}")
    (warning,) = bench.warnings()
    assert "TW416" in warning
    assert bench.load().M.model_validate({"f": 75}).f == 75
