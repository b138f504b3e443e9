"""The measurement by the JSON Schema test suite: what counts as right and as wrong; the total only goes up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.codegen.conformance import judge
from tests.codegen.conformance.forms import FORMS, SHAPED, Unit, shaped_units, units, with_types
from tests.codegen.conformance.outcomes import (
    ACCEPT,
    DROPPED,
    LOSSY,
    NOT_COMPILED,
    REJECT,
    RIGHT,
    Outcome,
    Reading,
    outcome_of,
)
from tests.codegen.conformance.peers import mirror, verdicts
from tests.codegen.conformance.report import floor, right, text
from tests.codegen.conformance.running import Results, run
from tests.codegen.conformance.subject import measure
from tests.codegen.conformance.suite import REASON, SUITE, Case, Group, groups

needs_suite = pytest.mark.skipif(not SUITE.is_dir(), reason=REASON)


def group(schema: Any, *cases: tuple[Any, bool], number: int = 0) -> Group:
    return Group(number, "draft7", "planted", "planted", schema, tuple(Case(*case) for case in cases))


def outcomes(folder: Path, *groups: Group, keep_unknown: bool = False) -> list[Outcome]:
    wanted = [Unit(each, FORMS[0], each.schema, each.cases) for each in groups]
    return list(measure(wanted, keep_unknown=keep_unknown, folder=folder))


@needs_suite
def test_the_judge_agrees_with_the_suite() -> None:
    for each in groups("type", "required"):
        assert judge.verdicts(each) == [case.valid for case in each.cases], each.description


@needs_suite
def test_the_peer_judges_by_its_own_models(tmp_path: Path) -> None:
    number = group({"type": "object", "properties": {"a": {"type": "number"}}}, ({"a": 1}, True), ({"a": "1"}, False))
    remotes = mirror(tmp_path)
    assert verdicts(number, remotes, strict=True) == [True, False]
    assert verdicts(number, remotes, strict=False) == [True, True]
    assert verdicts(group({"$ref": "http://localhost:1234/integer.json"}, (1, True)), remotes, strict=True) == [True]
    assert verdicts(group({"$ref": "http://localhost:1234/none.json"}, (1, True)), remotes, strict=True) is None


@needs_suite
def test_every_value_of_a_file_has_an_outcome_in_each_form(tmp_path: Path) -> None:
    wanted = [unit for each in groups("required") for unit in units(each)]
    found = list(measure(wanted, keep_unknown=True, folder=tmp_path))
    assert len(found) == sum(len(unit.cases) for unit in wanted)
    assert {outcome.form for outcome in found} == set(FORMS)
    assert right(found)


def test_a_schema_inside_of_others_is_judged_as_on_its_own(tmp_path: Path) -> None:
    nullable = group({"type": ["integer", "null"], "minimum": 2}, (3, True), (1, False), (None, True), ("3", False))
    bounded = group({"minimum": 2}, (3, True), (1, False), (None, True), ("3", True), number=1)
    wanted = [unit for each in (nullable, bounded) for unit in shaped_units(each)]
    found = list(measure(wanted, keep_unknown=False, folder=tmp_path))
    assert {outcome.form for outcome in found} == set(SHAPED)
    assert [outcome for outcome in found if outcome.kind != RIGHT] == []


def test_a_right_model_is_right(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    found = outcomes(tmp_path, group(schema, ({"a": "x"}, True), ({}, False), ({"a": 1}, False)))
    assert [outcome.kind for outcome in found] == [RIGHT] * 3


def test_a_wrong_model_is_reported(tmp_path: Path) -> None:
    planted = group({"type": "string"}, ("a", False), (1, True))
    assert [outcome.kind for outcome in outcomes(tmp_path, planted)] == [ACCEPT, REJECT]


def test_the_report_names_what_is_wrong_and_why(tmp_path: Path) -> None:
    planted = group({"type": "string"}, ("a", False), ("b", True))
    report = text(Results([planted], {0: [True, True]}, {}, outcomes(tmp_path, planted)))
    assert "Right: 1 of 2 readings (50.0%)" in report
    assert "| `planted` | 2 | 1 | 1 | 2 | 1 | 1 | 0 | 0 | 0 |" in report
    assert "| wrong-accept | not explained yet | 1 | 1 | `planted` 1 |" in report


def test_a_field_that_the_setting_drops_is_dropped_on_purpose(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    unknown = group(schema, ({"a": 1, "b": 2}, True))
    assert [outcome.kind for outcome in outcomes(tmp_path, unknown)] == [DROPPED]


def test_a_value_that_is_written_back_as_another_is_lossy() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    reading = Reading(accepted=True, written=[{"a": 1}])
    assert outcome_of(Case({}, True), reading, schema, keep_unknown=False) == (LOSSY, "gains the field 'a'")


def test_a_default_is_not_written_back_for_a_field_that_was_absent(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer", "default": 1}}}
    [found] = outcomes(tmp_path, group(schema, ({}, True)))
    assert found.kind == RIGHT


def test_a_group_that_does_not_compile_affects_no_other(tmp_path: Path) -> None:
    broken = group({"$ref": "#/definitions/none"}, (1, True), number=1)
    remote = group({"$ref": "http://localhost:1234/none.json"}, (1, True), number=2)
    good = group({"type": "integer"}, (1, True), number=3)
    found = outcomes(tmp_path, broken, remote, good)
    assert [outcome.kind for outcome in found] == [NOT_COMPILED, NOT_COMPILED, RIGHT]
    assert found[0].reason.startswith("TW105")


def test_the_type_is_made_explicit_where_keywords_are_of_one_type() -> None:
    assert with_types({"minimum": 1}) == {"minimum": 1, "type": "number"}
    assert with_types({"properties": {"a": {"minLength": 1}}}) == {
        "type": "object",
        "properties": {"a": {"minLength": 1, "type": "string"}},
    }
    for unclear in ({"minimum": 1, "maxLength": 1}, {"enum": [1, "a"]}, {"$ref": "#"}, {"type": "null"}, {}, True):
        assert with_types(unclear) == unclear


@needs_suite
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_at_least_as_many_readings_are_right_as_on_the_page() -> None:
    found = run(groups(), with_peers=False).outcomes
    assert right(found) >= floor()[0]
