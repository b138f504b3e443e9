"""Likely mistakes are reported: misspelt keywords and extensions, contradictory bounds, names that hide a module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from topicwright_codegen.project.config import Flags, UsageError, load_config

from tests.codegen.support.workbench import Workbench

Message = Callable[..., str]


@pytest.mark.parametrize(
    ("schema", "meant"),
    [
        ("{type: object, require: [a], properties: {a: {type: string}}}", "required"),
        ("{type: object, propertes: {a: {type: string}}}", "properties"),
        ("{type: object, properties: {a: {enums: [x]}}}", "enum"),
        ("{type: number, minimun: 3}", "minimum"),
    ],
)
def test_misspelt_keyword_is_reported(bench: Workbench, message: Message, schema: str, meant: str) -> None:
    bench.write(message(schema))
    assert "TW427" in " ".join(bench.warnings())
    assert f"did you mean {meant!r}?" in " ".join(bench.warnings())


def test_keywords_of_other_tools_are_not_misspellings(bench: Workbench, message: Message) -> None:
    bench.write(message("{type: object, x-go-type: a, markdownDescription: b, properties: {require: {type: string}}}"))
    assert bench.warnings() == []


@pytest.mark.parametrize("wrong", ["x-envelop", "x-Envelope", "x-units", "x-eventtype"])
def test_misspelt_extension_is_reported(bench: Workbench, wrong: str) -> None:
    head = f"asyncapi: 3.0.0\n{wrong}: tars\nx-other: {{{wrong}: 1}}\ninfo: {{title: T, version: '1'}}\n"
    bench.write("channels: {}\n", head=head)
    assert [warning.split(" ")[:2] for warning in bench.warnings()] == [["test.yaml:2:1:", "TW228"]]


def test_property_that_looks_like_an_extension_is_not_one(bench: Workbench, message: Message) -> None:
    bench.write(message("{type: object, properties: {x-units: {type: string}}}"))
    assert bench.warnings() == []


@pytest.mark.parametrize(
    "schema",
    [
        "{type: integer, minimum: 5, maximum: 4}",
        "{type: number, exclusiveMinimum: 4, maximum: 4}",
        "{type: string, minLength: 3, maxLength: 2}",
        "{type: array, minItems: 3, maxItems: 2}",
        "{type: object, minProperties: 3, maxProperties: 2}",
        "{type: object, properties: {a: {type: integer, minimum: 5, maximum: 4}}}",
    ],
)
def test_bounds_that_contradict_each_other_are_reported(bench: Workbench, message: Message, schema: str) -> None:
    bench.write(message(schema))
    assert ["TW426" in warning for warning in bench.warnings()] == [True]


def test_bounds_that_leave_one_value_are_fine(bench: Workbench, message: Message) -> None:
    bench.write(message("{type: integer, minimum: 4, maximum: 4}"))
    assert bench.warnings() == []


@pytest.mark.parametrize("name", ["json", "typing.events", "class", "topicwright", "pydantic.x", "1a", "a-b", "é"])
def test_package_that_would_hide_a_module_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="package"):
        load_config(tmp_path, Flags(sources=(tmp_path,), package=name, output=tmp_path))


def test_package_may_have_the_name_of_a_module_below_another(tmp_path: Path) -> None:
    assert load_config(tmp_path, Flags(sources=(tmp_path,), package="my.json", output=tmp_path)).package == "my.json"


def test_parameters_of_something_else_are_a_warning(bench: Workbench) -> None:
    bench.write("channels: {a: {address: a, parameters: {q: {}}, messages: {M: {payload: {type: string}}}}}\n")
    assert [warning.split(" ")[1] for warning in bench.warnings()] == ["TW206"]
