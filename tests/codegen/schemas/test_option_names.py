"""Inline alternatives are called by what they are: a new one in front of them renames none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.codegen.support.workbench import Workbench


def thing(*required: str, title: str = "", **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": list(required), "properties": properties}
    return {"title": title, **schema} if title else schema


NUMBER = {"type": "number"}
FROST = thing("kind", kind={"const": "frost"}, temp=NUMBER)
LEAK = thing("kind", kind={"const": "leak"}, litres=NUMBER)
SCHEMAS = {
    "Frost": thing("temp", temp=NUMBER),
    "Leak": thing("litres", litres=NUMBER),
    "Base": thing("id", id={"type": "string"}),
}


def classes(bench: Workbench, payload: object) -> list[str]:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"a": {"address": "a", "messages": {"alarm": {"payload": payload}}}},
        "components": {"schemas": SCHEMAS},
    }
    bench.write(json.dumps(document), "test.json", head="")
    text = bench.compile().package.files["a/models.py"]
    return sorted(name for name in re.findall(r"^class (\w+)\(", text, re.MULTILINE) if name != "Alarm")


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


CASES: dict[str, tuple[list[Any], list[str], Any]] = {
    "title": (
        [thing(title="Frost alarm", temp=NUMBER), thing(title="Leak", temp=NUMBER)],
        ["AlarmFrostAlarm", "AlarmLeak"],
        thing(title="Smoke", temp=NUMBER),
    ),
    "constant": ([FROST, LEAK], ["AlarmFrost", "AlarmLeak"], thing("kind", kind={"const": "smoke"})),
    "only value of a list": (
        [thing(kind={"enum": ["frost"]}), thing(kind={"enum": ["leak", "flood"]})],
        ["AlarmFrost", "AlarmLeakOrFlood"],
        thing(kind={"enum": ["smoke"]}),
    ),
    "constant that discriminates": (
        [
            thing(version={"const": 1}, kind={"const": "frost"}),
            thing(version={"const": 2}, kind={"const": "leak"}),
        ],
        ["AlarmVersion1", "AlarmVersion2"],
        thing(version={"const": 3}, kind={"const": "smoke"}),
    ),
    "number as constant": (
        [thing("v", v={"const": 1}), thing("v", v={"const": True})],
        ["AlarmV1", "AlarmVTrue"],
        thing("v", v={"const": "3"}),
    ),
    "part with a name": (
        [{"allOf": [ref("Base"), ref("Frost")]}, {"allOf": [ref("Base"), ref("Leak")]}],
        ["AlarmFrost", "AlarmLeak"],
        {"allOf": [ref("Base"), thing("ppm", ppm=NUMBER)]},
    ),
    "field that no other has": (
        [thing("temp", id=NUMBER, temp=NUMBER), thing("litres", id=NUMBER, litres=NUMBER)],
        ["AlarmWithLitres", "AlarmWithTemp"],
        thing("ppm", id=NUMBER, ppm=NUMBER),
    ),
    "kind": (
        [{"type": "array", "items": thing("a", a=NUMBER)}, {"type": "string"}, thing("a", a=NUMBER)],
        ["AlarmListItem", "AlarmWithA"],
        {"type": "boolean"},
    ),
}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize("case", CASES)
def test_alternatives_are_called_by_what_they_are_and_keep_their_names(bench: Workbench, case: str, keyword: str):
    branches, names, new = CASES[case]
    before = classes(bench, {keyword: branches})
    assert before == names
    assert set(before) <= set(classes(bench, {keyword: [new, *branches]}))
    assert before == classes(bench, {keyword: branches[::-1]})


def test_alternatives_of_an_object_with_fields_of_its_own_keep_their_names(bench: Workbench):
    common = thing("id", id={"type": "string"})
    before = classes(bench, {**common, "oneOf": [ref("Frost"), LEAK]})
    assert before == ["AlarmFrost", "AlarmLeak"]
    assert set(before) <= set(classes(bench, {**common, "oneOf": [FROST | {"title": "Smoke"}, ref("Frost"), LEAK]}))


def test_several_unions_in_one_object_give_a_word_each(bench: Workbench):
    second = [thing("at", at=NUMBER), thing("since", since=NUMBER)]
    found = classes(bench, {"type": "object", "oneOf": [FROST, LEAK], "anyOf": second})
    assert found == ["AlarmFrostWithAt", "AlarmFrostWithSince", "AlarmLeakWithAt", "AlarmLeakWithSince"]


def test_alternatives_without_any_difference_in_words_have_digits_of_their_text(bench: Workbench):
    branches = [thing("a", a={"type": kind}) for kind in ("string", "number", "boolean")]
    before = classes(bench, {"oneOf": branches[1:]})
    assert all(re.fullmatch(r"AlarmWithA[0-9A-Fa-f]{4}", name) for name in before)
    assert set(before) <= set(classes(bench, {"oneOf": branches}))


def test_the_only_alternative_beside_null_has_the_name_of_its_field(bench: Workbench):
    assert classes(bench, thing(at={"anyOf": [{"type": "null"}, thing("x", x=NUMBER)]})) == ["AlarmAt"]
