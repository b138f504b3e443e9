"""A deprecated part may be removed after its sunset, and not before."""

from __future__ import annotations

from datetime import date

import pytest
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.review.engine import review
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.review.support.catalogs import HEAD

KEPT = (
    "  kept:\n    address: home/kept\n    messages:\n"
    "      kept: {name: home.kept, payload: {type: object, title: Kept}}\n"
)
ENDS = "deprecated: true, x-sunset: '2027-01-31'"


def _catalog(channel: str = "", message: str = "", field: str = "", operation: str = "") -> str:
    fields = "{text: {type: string}" + (f", old: {{type: string{field}}}" if field is not None else "") + "}"
    return (
        f"{HEAD}channels:\n{KEPT}  state:\n    address: home/state\n{channel}    messages:\n"
        f"      state: {{name: home.state{message}, payload: {{type: object, title: State, properties: {fields}}}}}\n"
        f"operations:\n  sendState: {{action: send, channel: {{$ref: '#/channels/state'}}{operation}}}\n"
    )


WITHOUT = f"{HEAD}channels:\n{KEPT}"
CASES = {
    "channel": (_catalog(channel="    x-deprecated: true\n    x-sunset: '2027-01-31'\n"), WITHOUT),
    "channel with the plain word": (_catalog(channel="    deprecated: true\n    x-sunset: '2027-01-31'\n"), WITHOUT),
    "message": (_catalog(message=f", {ENDS}"), WITHOUT),
    "field": (_catalog(field=f", {ENDS}"), _catalog(field=None)),
    "operation": (_catalog(operation=f", {ENDS.replace('deprecated', 'x-deprecated')}"), WITHOUT),
}


def _review(tmp_path, old: str, new: str, today: date):
    sides = []
    for name, text in (("before", old), ("after", new)):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        sides.append(read_side([path], unique_package()))
    return review(*sides, today=today)


@pytest.mark.parametrize("part", CASES)
def test_a_removal_before_the_sunset_is_breaking(tmp_path, part):
    result = _review(tmp_path, *CASES[part], date(2027, 1, 31))
    assert result.severity == "breaking"
    assert any("before its sunset on 2027-01-31" in found.message for found in result.findings)


@pytest.mark.parametrize("part", CASES)
def test_a_removal_after_the_sunset_is_safe_with_a_note(tmp_path, part):
    result = _review(tmp_path, *CASES[part], date(2027, 2, 1))
    assert result.severity == "safe"
    assert any("its sunset was 2027-01-31" in found.message for found in result.findings)


def test_deprecated_without_a_sunset_changes_no_verdict(tmp_path):
    old = _catalog(message=", deprecated: true")
    assert _review(tmp_path, old, WITHOUT, date(2099, 1, 1)).severity == "breaking"


@pytest.mark.parametrize(("today", "severity"), [(date(2027, 1, 31), "strict"), (date(2027, 2, 1), "safe")])
def test_a_part_of_a_deprecated_thing_has_no_promise_of_its_own(tmp_path, today, severity):
    old, new = _catalog(message=f", {ENDS}"), _catalog(message=f", {ENDS}", field=None)
    assert _review(tmp_path, old, new, today).severity == severity


def test_a_sunset_that_is_not_a_date_is_an_error_with_its_place(tmp_path):
    with pytest.raises(CompileError, match=r"before\.yaml:11:.*TW231 x-sunset 'soon' is no date"):
        _review(tmp_path, _catalog(message=", deprecated: true, x-sunset: soon"), WITHOUT, date(2027, 1, 1))


FIELD = ", deprecated: true, x-sunset: '{}'"


@pytest.mark.parametrize(
    ("before", "after", "rule", "severity"),
    [
        ("2027-06-30", "2027-01-31", "sunset-shortened", "dangerous"),
        ("2027-01-31", "2027-06-30", "sunset-changed", "docs"),
    ],
)
@pytest.mark.parametrize("part", ["message", "field"])
def test_a_sunset_that_moves_forward_breaks_a_promise(tmp_path, part, before, after, rule, severity):
    old, new = (_catalog(**{part: FIELD.format(day)}) for day in (before, after))
    result = _review(tmp_path, old, new, date(2026, 1, 1))
    found = [one for one in result.findings if one.rule == rule]
    assert found
    assert {one.severity for one in found} == {severity}
    assert result.severity == severity


def test_a_sunset_in_the_past_gives_no_notice(tmp_path):
    result = _review(tmp_path, _catalog(), _catalog(message=FIELD.format("2027-01-31")), date(2027, 6, 1))
    assert result.severity == "dangerous"
    assert "sunset-shortened" in {one.rule for one in result.findings}
