"""The judge: messages that a validator of JSON Schema accepts for the writer, and refuses for the reader."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from tests.review.support.catalogs import HEAD, compare, one_topic

UNKNOWN = {
    "any of required": (
        {"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}]},
        {"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["b"]}]},
        ("reject", "reject"),
    ),
    "one of required": (
        {"properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        ("reject", "ok"),
    ),
    "order of a tuple": (
        {"properties": {"v": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}}},
        {"properties": {"v": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}}},
        ("reject", "reject"),
    ),
    "values of other fields": (
        {"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}},
        {"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
        ("reject", "reject"),
    ),
    "keyword beside a union": (
        {"properties": {"v": {"anyOf": [{"type": "integer"}, {"type": "string"}], "minimum": 1}}},
        {"properties": {"v": {"anyOf": [{"type": "integer"}, {"type": "string"}], "minimum": 5}}},
        ("ok", "reject"),
    ),
    "number of a kind": (
        {"properties": {"v": {"type": "array", "contains": {"const": 1}}}},
        {"properties": {"v": {"type": "array", "contains": {"const": 1}, "minContains": 2}}},
        ("ok", "reject"),
    ),
    "pattern of fields of a closed object": (
        {"properties": {"a": {}}, "additionalProperties": False},
        {"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False},
        ("reject", "ok"),
    ),
    "bound of one alternative beside another bound": (
        {"properties": {"v": {"anyOf": [{"maximum": 7}, {"type": "boolean"}], "maximum": 8, "multipleOf": 2}}},
        {"properties": {"v": {"anyOf": [{}, {"type": "boolean"}], "maximum": 8, "multipleOf": 2}}},
        ("reject", "ok"),
    ),
    "first element of a tuple beside contains": (
        {"properties": {"v": {"prefixItems": [{"type": "integer"}], "contains": {"type": "integer", "minimum": 1}}}},
        {"properties": {"v": {"prefixItems": [{"enum": [1, "x"]}], "contains": {"type": "integer", "minimum": 1}}}},
        ("reject", "reject"),
    ),
    "one of two names of a map with a pattern": (
        {
            "properties": {
                "v": {
                    "type": "object",
                    "required": ["x-a"],
                    "patternProperties": {"^x-": {"type": "integer"}},
                    "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
                }
            }
        },
        {
            "properties": {
                "v": {
                    "type": "object",
                    "required": ["x-a", "b"],
                    "patternProperties": {"^x-": {"type": "integer"}},
                }
            }
        },
        ("ok", "reject"),
    ),
    "short names of a map where one of two is required": (
        {"properties": {"v": {"minProperties": 2, "propertyNames": {"maxLength": 2}, "anyOf": [{"required": ["a"]}]}}},
        {"properties": {"v": {"minProperties": 2, "propertyNames": {"maxLength": 2}, "anyOf": [{}]}}},
        ("reject", "ok"),
    ),
    "a field that needs another one of its object": (
        {
            "properties": {"a": {"type": "number"}},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
            "minProperties": 2,
        },
        {
            "properties": {"a": {"type": "boolean"}},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
            "minProperties": 2,
        },
        ("reject", "reject"),
    ),
    "contradiction": (
        {"properties": {"v": {"type": "string"}}},
        {"properties": {"v": {"allOf": [{"type": "string"}, {"type": "integer"}]}}},
        ("ok", "reject"),
    ),
}
SAME = {
    "alternatives in another order": (
        {"anyOf": [{"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^b"}]},
        {"anyOf": [{"type": "string", "pattern": "^b"}, {"type": "string", "pattern": "^a"}]},
    ),
    "a type that another one includes": (
        {"anyOf": [{"type": "number"}, {"type": "integer"}]},
        {"type": "number"},
    ),
    "whole multiples": ({"type": "number", "multipleOf": 1}, {"type": "integer"}),
    "both booleans": ({"type": "boolean"}, {"enum": [True, False]}),
    "numbers that are equal": ({"enum": [1, 2]}, {"enum": [1.0, 2.0]}),
}


def document(schema: dict) -> str:
    return one_topic(json.dumps({"type": "object", "title": "State", **schema}))


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_no_rule_knows_is_found_by_a_message(tmp_path, name):
    old, new, wanted = UNKNOWN[name]
    result = compare(tmp_path, document(old), document(new))
    assert (result.old_consumer, result.new_consumer) == wanted


@pytest.mark.parametrize("name", UNKNOWN)
def test_each_proof_is_valid_for_its_writer_and_refused_by_its_reader(tmp_path, name):
    old, new, _ = UNKNOWN[name]
    sides = {"old": {"type": "object", **old}, "new": {"type": "object", **new}}
    for found in compare(tmp_path, document(old), document(new)).findings:
        if "reject" in (found.old, found.new) and not found.witness.reason:
            reader = "old" if found.witness.writer == "new" else "new"
            assert jsonschema_rs.is_valid(sides[found.witness.writer], found.witness.message)
            assert not jsonschema_rs.is_valid(sides[reader], found.witness.message)


@pytest.mark.parametrize(
    "gone",
    [
        {"type": "object", "required": ["x-a"], "propertyNames": {"maxLength": 2}},
        {"type": "string", "pattern": "^x", "format": "date"},
        {"type": "object", "required": ["c"], "additionalProperties": False, "minProperties": 1},
    ],
)
def test_a_field_that_no_value_fits_breaks_no_reader_of_the_other_version(tmp_path, gone):
    old, new = ({"properties": {"v": schema, "w": {"type": "string"}}} for schema in (gone, {"type": "integer"}))
    result = compare(tmp_path, document(old), document(new))
    assert result.new_consumer == "ok"


@pytest.mark.parametrize("name", SAME)
def test_schemas_that_accept_the_same_messages_refuse_nothing(tmp_path, name):
    old, new = ({"required": ["v"], "properties": {"v": schema}} for schema in SAME[name])
    result = compare(tmp_path, document(old), document(new))
    assert (result.old_consumer, result.new_consumer) == ("ok", "ok")


def test_a_change_without_a_rule_is_a_finding_of_its_own_with_its_message(tmp_path):
    old, new, _ = UNKNOWN["any of required"]
    found = [one for one in compare(tmp_path, document(old), document(new)).findings if one.old == "reject"]
    assert [one.rule for one in found] == ["unexplained-difference"]
    assert "a" not in found[0].witness.message


def test_each_of_several_changes_has_a_proof_of_its_own(tmp_path):
    fields = {name: {"type": "string"} for name in "abc"}
    old, new = {"properties": fields}, {"properties": fields, "required": list(fields)}
    for found in compare(tmp_path, document(old), document(new)).findings:
        if found.rule == "field-became-required":
            assert fields.keys() - found.witness.message.keys() == {found.message.split()[0].rpartition(".")[2]}


def test_the_same_pair_gives_the_same_messages(tmp_path):
    old, new, _ = UNKNOWN["values of other fields"]
    first, second = (compare(tmp_path, document(old), document(new)) for _ in range(2))
    assert [one.witness for one in first.findings] == [one.witness for one in second.findings]


def test_patterns_that_cannot_be_compared_are_not_called_safe(tmp_path):
    old, new = (
        {"properties": {"v": {"type": "string", "pattern": f"^((a{{1,50}}){{1,50}}){{1,{most}}}$"}}}
        for most in (50, 49)
    )
    result = compare(tmp_path, document(old), document(new))
    assert result.severity == "breaking"
    assert "cannot be compared" in result.findings[0].message


def test_a_changed_schema_of_several_messages_is_one_finding_with_its_topics(tmp_path):
    def shared(required: str) -> str:
        channels = "".join(
            f"  c{at}: {{address: home/c{at}, messages: {{m: {{name: home.c{at}, payload: "
            "{$ref: '#/components/schemas/S'}}}}\n"
            for at in range(3)
        )
        schema = f"{{type: object, {required}properties: {{a: {{type: string}}}}}}"
        return f"{HEAD}channels:\n{channels}components: {{schemas: {{S: {schema}}}}}\n"

    result = compare(tmp_path, shared(""), shared("required: [a], "))
    (found,) = (one for one in result.findings if one.severity == "breaking")
    assert {one.topic for one in found.all} == {"home/c0", "home/c1", "home/c2"}
    assert "home/c1" in found.message


def test_headers_are_judged_like_payloads(tmp_path):
    def headers(more: str) -> str:
        payload = "        payload: {type: object}\n"
        schema = f"{{type: object, properties: {{a: {{type: string}}, b: {{type: string}}}}{more}}}"
        return one_topic("{type: object}").replace(payload, f"{payload}        headers: {schema}\n")

    result = compare(tmp_path, headers(""), headers(", minProperties: 1"))
    assert result.old_consumer == "ok"
    assert result.new_consumer in ("reject", "semantic")
