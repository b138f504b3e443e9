"""Names that are none in Python, or mean something there already: every value comes back under its own."""

from __future__ import annotations

import builtins
import json
import keyword
from typing import Any

import pytest

from .conftest import Workbench

ODD = [
    *("__init__", "_private", "__pydantic_extra__", "__json_schema__", "1st", "2", "-", "a-b", "a_b", "a.b", "aB", "A"),
    *("a", "self", "cls", "data", "headers", "root", "model_extra", "model_config", "model_fields", "model_validate"),
    *("model_dump_x", "copy", "json", "schema", "fields", "validate", "construct", "parse_obj", "from_orm", "topic"),
    *("publish", "Extras", "JsonSchema", "CheckedModel", "ClassVar", "Model", "Omittable", "Stra\u00dfe", "STRASSE"),
    *("Order", "Part"),
]
# What NFKC makes one of: ligatures, full width, two ways to write an accent, Greek and micro, long s, numerals.
TWINS = ["\ufb01", "fi", "\uff41", "\u00e9", "e\u0301", "\u03bc", "\u00b5", "\u017f", "s", "\u2167", "x\u00b2", "x2"]
OTHERS = ["", "a b", "a\u200bb", "\u0663", "\u65e5\u672c", "\U0001f642", "a\U0001f642"]
NAMES = list(dict.fromkeys([*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *ODD, *TWINS, *OTHERS]))
ORDER = {"type": "object", "properties": {"Order": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}}}
PART = {"type": "object", "properties": {"z": {"$ref": "#/components/schemas/Order"}}}


def write(bench: Workbench, channels: dict[str, Any], schemas: dict[str, Any] | None = None) -> None:
    info = {"title": "T", "version": "1"}
    document = {"asyncapi": "3.0.0", "info": info, "channels": channels, "components": {"schemas": schemas or {}}}
    bench.write(json.dumps(document), "test.json", head="")


def test_every_name_of_a_field_and_a_header_is_kept(bench: Workbench) -> None:
    properties: dict[str, Any] = {name: {"type": "string"} for name in NAMES}
    message = {"payload": {"$ref": "#/components/schemas/Big"}, "headers": {"type": "object", "properties": properties}}
    big = {
        "type": "object",
        "properties": {**properties, "Order": {"$ref": "#/components/schemas/Order"}, "Part": PART},
    }
    write(bench, {"c": {"address": "a/b", "messages": {"M": message}}}, {"Big": big, "Order": ORDER})
    module = bench.load()
    value = {**dict.fromkeys(NAMES, "v"), "Order": {"Order": [{"Order": []}]}, "Part": {"z": {"Order": []}}}
    assert json.loads(module.Big.model_validate_json(json.dumps(value)).model_dump_json()) == value
    headers = dict.fromkeys(NAMES, "v")
    assert json.loads(module.MHeaders.model_validate_json(json.dumps(headers)).model_dump_json()) == headers


@pytest.mark.parametrize("name", ["class", "None", "match", "print", *ODD, *OTHERS])
def test_name_of_a_message_a_schema_and_a_parameter_is_possible(bench: Workbench, name: str) -> None:
    if not any(char.isalnum() for char in name):
        pytest.skip("no letter and no digit: refused")
    channel = {
        "address": "a/{p}",
        "parameters": {"p": {}},
        "messages": {name: {"payload": {"$ref": f"#/components/schemas/{name}"}}},
    }
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    write(bench, {name: channel}, {name: schema})
    bench.compile()


@pytest.mark.parametrize(("one", "other"), [("a.b", "a-b"), ("AB", "ab"), ("\ufb01x", "fix"), ("x2", "x\u00b2")])
def test_events_that_have_one_name_in_python_are_refused_with_both_places(
    bench: Workbench, one: str, other: str
) -> None:
    channels = {
        key: {"address": f"a/{key}", "messages": {"M": {"name": name, "payload": {"type": "string"}}}}
        for key, name in (("c", one), ("d", other))
    }
    write(bench, channels)
    (error,) = bench.errors()
    assert "TW303" in error
    assert "see also" in error


def test_addresses_of_the_broker_are_for_subscribers(bench: Workbench, message: Any) -> None:
    bench.write(message("{type: string}", address="$SYS/broker/uptime"))
    assert [warning.split(" ")[1] for warning in bench.warnings()] == ["TW302"]
    text = "".join(bench.compile().package.files.values())
    assert "def on_a_b(" in text
    assert "def publish_a_b(" not in text


def test_shared_subscription_is_no_address(bench: Workbench, message: Any) -> None:
    bench.write(message("{type: string}", address="$share/group/a/b"))
    assert "TW301 a shared subscription is no address" in bench.errors()[0]


@pytest.mark.parametrize("address", ["$aws/things/x", "/a", "a/", "a//b", "a b/c", "\u65e5\u672c/x", "A/a"])
def test_odd_addresses_are_addresses(bench: Workbench, message: Any, address: str) -> None:
    bench.write(message("{type: string}", address=json.dumps(address)))
    assert bench.compile().package.files
