"""Several unions in one object, alternatives of which exactly one holds, and defaults that are no values."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.codegen.support.messages import Refused, received
from tests.codegen.support.workbench import Workbench

HEAD = "channels: {a: {address: a, messages: {M: {payload: "


def write(bench: Workbench, payload: str) -> None:
    bench.write(HEAD + payload + "}}}}\n")


def test_every_choice_of_two_unions_is_typed(bench: Workbench) -> None:
    one, other = (
        ", ".join(f"{{required: [{name}], properties: {{{name}: {{type: string}}}}}}" for name in names)
        for names in ("ab", "cd")
    )
    write(bench, f"{{type: object, properties: {{id: {{type: string}}}}, oneOf: [{one}], anyOf: [{other}]}}")
    assert bench.warnings() == []
    model = bench.load().M
    for value in ({"a": "x", "c": "y"}, {"id": "1", "b": "x", "d": "y"}):
        assert model.model_validate(value).model_dump(mode="json", exclude_none=True) == value
    for value in ({"a": "x"}, {"c": "x"}, {}):
        with pytest.raises(ValidationError):
            model.model_validate(value)


@pytest.mark.parametrize(("value", "fits"), [(3, True), (5, True), (15, False), (7, False)])
def test_of_scalars_that_differ_in_their_bounds_exactly_one_fits(bench: Workbench, value: int, fits: bool) -> None:
    write(bench, "{oneOf: [{type: integer, multipleOf: 3}, {type: integer, multipleOf: 5}]}")
    model = bench.load().M
    if fits:
        assert received(model, value).root == value
    else:
        with pytest.raises(Refused):
            received(model, value)


@pytest.mark.parametrize(
    "schema",
    [
        "{type: integer, minimum: 5, default: 1}",
        "{type: string, maxLength: 2, default: abc}",
        "{type: string, pattern: '^x', default: y}",
        "{type: array, items: {type: integer}, default: [a]}",
        "{type: array, uniqueItems: true, default: [1, 1]}",
        "{type: array, prefixItems: [{type: string}], default: [1]}",
        "{oneOf: [{type: integer}, {type: 'null'}], default: x}",
        "{type: object, properties: {z: {type: integer}}, default: {z: q}}",
        "{not: {const: x}, type: string, default: x}",
    ],
)
def test_a_default_that_its_schema_does_not_allow_is_left_out(bench: Workbench, schema: str) -> None:
    write(bench, f"{{type: object, properties: {{f: {schema}}}}}")
    (warning,) = bench.warnings()
    assert " TW423 warning: default " in warning
    assert bench.load().M().f is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("{type: array, prefixItems: [{type: string}], items: {type: integer}, default: [a, 1]}", ["a", 1]),
        ("{type: array, items: [{type: string}], default: [a]}", ["a"]),
        ("{type: number, minimum: 0, default: 1}", 1.0),
        ("{type: string, pattern: '^(a+)+$', default: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}", "a" * 40),
    ],
)
def test_a_default_that_its_schema_allows_is_kept(bench: Workbench, schema: str, value: object) -> None:
    write(bench, f"{{type: object, properties: {{f: {schema}}}}}")
    assert bench.load().M().f == value
