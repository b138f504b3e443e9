"""A reference leads somewhere, or a diagnostic at its line reports that it does not, used or not."""

from __future__ import annotations

import pytest

from tests.codegen.support.workbench import Workbench

USED = "channels: {a: {address: a, messages: {M: {payload: {type: string}}}}}\n"


def codes(bench: Workbench) -> list[str]:
    return [warning.split(" ")[1] for warning in bench.warnings()]


@pytest.mark.parametrize(
    "part",
    [
        "schemas: {S: {$ref: '#/components/schemas/None'}}",
        "schemas: {S: {properties: {a: {items: {$ref: '#/nowhere'}}}}}",
        "schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}",
        "messages: {M: {payload: {$ref: none.yaml}}}",
        "messages: {M: {correlationId: {$ref: '#/components/correlationIds/none'}}}",
        "operationTraits: {t: {bindings: {$ref: '#/components/operationBindings/none'}}}",
        "channels: {c: {servers: [{$ref: '#/servers/none'}]}}",
        "messages: {M: {tags: [{$ref: '#/components/tags/none'}]}}",
    ],
)
def test_a_dangling_reference_in_an_unused_component_is_reported(bench: Workbench, part: str) -> None:
    bench.write(f"{USED}components: {{{part}}}\n")
    assert set(codes(bench)) == {"TW112"}


def test_a_dangling_reference_that_is_followed_is_an_error_alone(bench: Workbench) -> None:
    bench.write(USED.replace("{type: string}", "{$ref: '#/none'}"))
    assert [error.split(" ")[1] for error in bench.errors()] == ["TW105"]


@pytest.mark.parametrize(
    "text",
    [
        "components: {schemas: {S: {example: {$ref: '#/none'}}}}\n",
        "x-other: {$ref: '#/none'}\n",
        "components: {schemas: {S: {$ref: 'https://example.com/schema.json'}}}\n",
        "components: {messages: {M: {payload: {schemaFormat: application/vnd.apache.avro, schema: {$ref: '#/no'}}}}}\n",
    ],
)
def test_a_reference_of_others_is_not_called_dangling(bench: Workbench, text: str) -> None:
    bench.write(USED + text)
    assert codes(bench) == []


@pytest.mark.parametrize("place", ["used", "unused"])
def test_a_pointer_without_its_slash_is_reported_at_its_line(bench: Workbench, place: str) -> None:
    wrong = "\n  {$ref: '#components/schemas/S'}"
    payload, other = (wrong, "{}") if place == "used" else ("{type: string}", wrong)
    bench.write(
        f"channels: {{a: {{address: a, messages: {{M: {{payload: {payload}}}}}}}}}\n"
        f"components: {{schemas: {{S: {{type: integer}}, T: {other}}}}}\n"
    )
    line = 4 if place == "used" else 5
    assert [warning.split(" ")[:2] for warning in bench.warnings()] == [[f"test.yaml:{line}:4:", "TW111"]]


@pytest.mark.parametrize("ref", ["#/components/schemas/S", "#%2Fcomponents/schemas/S", "#level", "#"])
def test_a_pointer_and_an_anchor_are_fine(bench: Workbench, ref: str) -> None:
    schema = f"{{items: {{$ref: '{ref}'}}}}"
    bench.write(f"{USED}components: {{schemas: {{S: {{type: integer, $anchor: level}}, T: {schema}}}}}\n")
    assert codes(bench) == []
