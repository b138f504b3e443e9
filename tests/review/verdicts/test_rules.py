"""Kinds of change beyond the agreed examples, judged by what readers, filters and brokers do."""

from __future__ import annotations

import pytest

from tests.review.support.catalogs import catalog, compare, one_topic


def _verdicts(result):
    return result.old_consumer, result.new_consumer, result.source_api, result.severity


def _schema(text: str) -> str:
    return "{type: object, title: State, required: [name], properties: {name: {type: string}, value: " + text + "}}"


PAYLOADS = {
    "enum value added": ("{enum: [a]}", "{enum: [a, b]}", ("reject", "ok", "exhaustive", "breaking")),
    "enum became text": ("{enum: [a]}", "{type: string}", ("reject", "ok", "read", "breaking")),
    "text became enum": ("{type: string}", "{enum: [a]}", ("ok", "reject", "produce", "breaking")),
    "null allowed": ("{type: string}", "{type: [string, 'null']}", ("reject", "ok", "read", "breaking")),
    "number became integer": ("{type: number}", "{type: integer}", ("ok", "reject", "produce", "breaking")),
    "date-time dropped": (
        "{type: string, format: date-time}",
        "{type: string}",
        ("reject", "ok", "both", "breaking"),
    ),
    "minimum length raised": (
        "{type: string, minLength: 1}",
        "{type: string, minLength: 5}",
        ("ok", "reject", "ok", "breaking"),
    ),
    "pattern added": ("{type: string}", "{type: string, pattern: '^a+$'}", ("ok", "reject", "ok", "breaking")),
    "items became wider": (
        "{type: array, items: {type: integer}}",
        "{type: array, items: {type: number}}",
        ("reject", "ok", "both", "breaking"),
    ),
    "anything allowed": ("{type: string}", "{}", ("reject", "ok", "ok", "breaking")),
    "boolean became integer": ("{type: boolean}", "{type: string}", ("reject", "reject", "both", "breaking")),
    "multiple tightened": (
        "{type: integer, multipleOf: 2}",
        "{type: integer, multipleOf: 4}",
        ("ok", "reject", "ok", "breaking"),
    ),
    "default changed": (
        "{type: integer, default: 1}",
        "{type: integer, default: 2}",
        ("semantic", "semantic", "ok", "dangerous"),
    ),
    "unchecked format added": (
        "{type: string}",
        "{type: string, format: email}",
        ("ok", "semantic", "ok", "dangerous"),
    ),
    "unit changed": (
        "{type: number, x-unit: m}",
        "{type: number, x-unit: km}",
        ("semantic", "semantic", "ok", "dangerous"),
    ),
    "enum as references": ("{enum: [a, b]}", "{oneOf: [{const: b}, {const: a}]}", ("ok", "ok", "ok", "safe")),
    "all of": ("{type: string, minLength: 1}", "{allOf: [{type: string}, {minLength: 1}]}", ("ok", "ok", "ok", "safe")),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_change_of_a_field(tmp_path, name):
    old, new, wanted = PAYLOADS[name]
    result = compare(tmp_path, one_topic(_schema(old)), one_topic(_schema(new)))
    assert _verdicts(result) == wanted
    for found in result.findings:
        if wanted[3] == "breaking":
            assert not found.witness.reason, found.witness.reason
            assert found.witness.strict.startswith("refused")


@pytest.mark.parametrize("name", [name for name, (_, _, wanted) in PAYLOADS.items() if wanted[3] == "breaking"])
def test_the_opposite_change_has_the_opposite_verdicts(tmp_path, name):
    old, new, (old_consumer, new_consumer, _, _) = PAYLOADS[name]
    result = compare(tmp_path, one_topic(_schema(new)), one_topic(_schema(old)))
    assert (result.old_consumer, result.new_consumer) == (new_consumer, old_consumer)


def test_an_optional_field_added_to_a_closed_schema_is_refused_by_old_readers(tmp_path):
    closed = "{type: object, title: State, additionalProperties: false, properties: {a: {type: string}%s}}"
    old, new = one_topic(closed % ""), one_topic(closed % ", b: {type: string}")
    assert _verdicts(compare(tmp_path, old, new)) == ("reject", "ok", "ok", "breaking")


def test_a_recursive_schema_is_compared_to_its_end(tmp_path):
    text = (
        "components: {{schemas: {{Tree: {{type: object, required: [size], properties: "
        "{{size: {{type: {kind}}}, inner: {{$ref: '#/components/schemas/Tree'}}}}}}}}}}\n"
    )
    topic = one_topic("{$ref: '#/components/schemas/Tree'}")
    result = compare(tmp_path, topic + text.format(kind="integer"), topic + text.format(kind="number"))
    assert [found.rule for found in result.findings] == ["type-widened"]
    assert result.findings[0].witness.message == {"size": 0.5}


QOS = {
    (1, 0): ("miss", "miss", "behaviour", "breaking"),
    (1, 2): ("ok", "ok", "behaviour", "dangerous"),
    (2, 1): ("unexpected", "unexpected", "behaviour", "dangerous"),
}


@pytest.mark.parametrize("levels", QOS)
def test_quality_of_service(tmp_path, levels):
    old, new = (one_topic(_schema("{type: string}"), f"qos: {level}") for level in levels)
    assert _verdicts(compare(tmp_path, old, new)) == QOS[levels]


def test_a_message_that_expires_sooner_may_be_missed(tmp_path):
    old, new = (one_topic(_schema("{type: string}"), f"messageExpiryInterval: {time}") for time in (60, 5))
    assert _verdicts(compare(tmp_path, old, new)) == ("miss", "ok", "behaviour", "breaking")


def test_a_former_event_type_is_read_by_new_consumers(tmp_path):
    old = catalog("a", "state", "old.state", "x-envelope: tars")
    new = catalog("a", "state", "new.state", "x-envelope: tars, x-renamed-from: old.state")
    result = compare(tmp_path, old, new)
    assert (result.old_consumer, result.new_consumer, result.source_api) == ("reject", "ok", "import")
    assert "event-type-changed" in [found.rule for found in result.findings]


def test_an_address_that_leaves_a_filter_is_missed_by_its_subscribers(tmp_path):
    wide = catalog("all", "home/+/state", "any.state", action="receive")
    old, new = (catalog("one", address, "lamp.state") for address in ("home/lamp/state", "lamp/state"))
    result = compare(tmp_path, _joined(wide, old), _joined(wide, new))
    assert {"address-moved", "address-left-filter"} <= {found.rule for found in result.findings}


def _joined(*parts: str) -> str:
    channels = "".join(part.partition("operations:\n")[0].partition("channels:\n")[2] for part in parts)
    operations = "".join(part.partition("operations:\n")[2] for part in parts)
    head = parts[0].partition("channels:\n")[0]
    return f"{head}channels:\n{channels}operations:\n{operations}"


def test_a_topic_that_is_gone_is_missed(tmp_path):
    one, other = catalog("a", "home/a", "a.state"), catalog("b", "home/b", "b.state")
    result = compare(tmp_path, _joined(one, other), one)
    assert result.severity == "breaking"
    assert "topic-removed" in [found.rule for found in result.findings]


def test_a_new_topic_on_an_address_of_its_own_is_safe(tmp_path):
    one, other = catalog("a", "home/a", "a.state"), catalog("b", "home/b", "b.state")
    assert compare(tmp_path, one, _joined(one, other)).severity == "safe"


def test_a_schema_of_bytes_is_compared_although_no_model_checks_it(tmp_path):
    old, new = (
        one_topic(_schema(kind)).replace("payload:", "contentType: text/event-stream\n        payload:")
        for kind in ("{type: integer}", "{type: number}")
    )
    assert _verdicts(compare(tmp_path, old, new)) == ("semantic", "semantic", "ok", "dangerous")


def test_a_removed_discriminator_is_reported(tmp_path):
    branch = "{{type: object, title: {0}, required: [type], properties: {{type: {{const: {0}}}}}}}"
    union = f"{{oneOf: [{branch.format('Frost')}, {branch.format('Pest')}]%s}}"
    result = compare(tmp_path, one_topic(union % ", discriminator: type"), one_topic(union % ""))
    assert [(found.rule, found.severity) for found in result.findings] == [("text-changed", "docs")]
    assert "discriminator" in result.findings[0].message
