"""Unions, of several in one object too; fields in several parts of an allOf; defaults that are no values."""

from __future__ import annotations

from datetime import UTC, datetime

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


@pytest.mark.parametrize(
    "union", ["oneOf: [{NULL}, {type: 'null'}]", "anyOf: [{NULL}, {type: 'null'}, {type: integer}]"]
)
def test_null_and_a_schema_of_null_are_one_type(bench: Workbench, union: str) -> None:
    one = union.replace("{NULL}", "{$ref: '#/components/schemas/Nothing'}")
    bench.write(
        f"{HEAD}{{type: object, properties: {{f: {{{one}}}, g: {{type: array, items: {{{one}}}}}}}}}}}}}}}}}\n"
        "components: {schemas: {Nothing: {type: 'null'}}}\n"
    )
    bench.load().M(g=[None])


_BASE = "{type: object, properties: {at: {type: string, format: date-time, description: when}}}"


@pytest.mark.parametrize(
    "again",
    ["{}", "true", "{description: the hour}", "{type: string}", "{type: string, maxLength: 20}", "{minLength: 2}"],
)
def test_a_field_that_a_part_of_an_allof_describes_again_keeps_its_type(bench: Workbench, again: str) -> None:
    write(bench, f"{{allOf: [{_BASE}, {{type: object, properties: {{at: {again}}}, required: [at]}}]}}")
    model = bench.load().M
    assert received(model, {"at": "2026-01-01T00:00:00Z"}).at == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises((Refused, ValidationError)):
        received(model, {"at": "tomorrow"})


def test_a_field_of_an_allof_has_the_default_and_the_text_of_its_last_part(bench: Workbench) -> None:
    parts = "{type: object, properties: {a: {type: integer, default: 1, description: one}}}"
    write(bench, f"{{allOf: [{parts}, {{type: object, properties: {{a: {{description: two, minimum: 0}}}}}}]}}")
    [field] = bench.compile().catalog.types[0].fields
    assert (field.default, field.doc) == (1, "two")


def test_a_named_type_of_a_field_stays_where_a_part_of_an_allof_adds_a_text(bench: Workbench) -> None:
    field = "{$ref: '#/components/schemas/Place'}"
    bench.write(
        f"{HEAD}{{allOf: [{{type: object, properties: {{at: {field}}}}}, "
        "{type: object, properties: {at: {description: where}}}]}}}}}\n"
        "components: {schemas: {Place: {type: object, properties: {x: {type: number}}}}}\n"
    )
    loaded = bench.load()
    assert isinstance(loaded.M(at=loaded.Place(x=1)).at, loaded.Place)


@pytest.mark.parametrize("part", ["{type: object, required: [a, b]}", "{type: object, allOf: [{required: [a, b]}]}"])
def test_names_that_an_allof_requires_and_describes_nowhere_are_required(bench: Workbench, part: str) -> None:
    write(bench, f"{{allOf: [{part}, {{title: More}}]}}")
    model = bench.load().M
    assert received(model, {"a": 1, "b": 2}).root == {"a": 1, "b": 2}
    with pytest.raises((Refused, ValidationError)):
        received(model, {"a": 1})
