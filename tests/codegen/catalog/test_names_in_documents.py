"""Names that are not identifiers, or are taken in Python: every value keeps its JSON name."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from typing import Any

import pytest

from tests.codegen.support.workbench import Workbench

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
    channel = {
        "address": "a/{p}",
        "parameters": {"p": {}},
        "messages": {name: {"payload": {"$ref": f"#/components/schemas/{name}"}}},
    }
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    write(bench, {name: channel}, {name: schema})
    bench.compile()


@pytest.mark.parametrize(("one", "other"), [("a.b", "a-b"), ("AB", "ab"), ("\ufb01x", "fix"), ("x2", "x\u00b2")])
def test_events_with_one_name_in_python_are_named_after_their_channels(bench: Workbench, one: str, other: str) -> None:
    channels = {
        key: {"address": f"a/{key}", "messages": {"M": {"name": name, "payload": {"type": "string"}}}}
        for key, name in (("c", one), ("d", other))
    }
    write(bench, channels)
    (warning,) = bench.warnings()
    assert "TW303" in warning
    assert "see also" in warning
    assert len(methods(bench)) == 2
    assert {name[0] for name in methods(bench)} == {"c", "d"}


def methods(bench: Workbench) -> list[str]:
    return re.findall(r"def on_(\w+)\(", "".join(bench.compile().package.files.values()))


def messages(*names: str) -> dict[str, Any]:
    return {f"m{at}": {"name": name, "payload": {"type": "string"}} for at, name in enumerate(names)}


def test_events_of_one_channel_with_one_name_in_python_get_digits_of_their_own_text(bench: Workbench) -> None:
    write(bench, {"c": {"address": "a/b", "messages": messages("user_signup", "user.signup", "userSignup")}})
    first = set(methods(bench))
    assert len(first) == 3
    assert "user_signup" in first
    write(
        bench,
        {"c": {"address": "a/b", "messages": messages("USER-signup", "userSignup", "user_signup", "user.signup")}},
    )
    assert first < set(methods(bench)), "another event changes no name"


def test_one_channel_id_in_two_spellings_gives_events_different_names(bench: Workbench) -> None:
    write(bench, {key: {"address": f"x/{key}", "messages": messages("e")} for key in ("a.b", "a-b", "A_b")})
    assert len(set(methods(bench))) == 3


def test_an_event_type_without_a_letter_is_named_after_its_channel(bench: Workbench) -> None:
    write(bench, {"lamp": {"address": "a/b", "messages": messages("!!!")}})
    assert methods(bench) == ["lamp_event"]


def test_schemas_that_make_one_class_keep_their_own_fields(bench: Workbench) -> None:
    schemas = {
        name: {"type": "object", "properties": {f"f{at}": {"type": "string"}}} for at, name in enumerate(SPELLINGS)
    }
    channels = {
        f"c{at}": {"address": f"a/c{at}", "messages": {f"M{at}": {"payload": {"$ref": f"#/components/schemas/{name}"}}}}
        for at, name in enumerate(SPELLINGS)
    }
    write(bench, channels, schemas)
    text = bench.compile().package.files["a/models.py"]
    classes = re.findall(r"class (\w+)\(Model\):.*?    (f\d): ", text, re.DOTALL)
    assert dict(classes)["UserData"] == "f1"
    assert len(set(dict(classes))) == len(SPELLINGS)
    assert all(re.fullmatch(r"UserData(_[0-9a-f]{4})?", name) for name, _ in classes)


SPELLINGS = ("user-data", "UserData", "user_data", "user data")


def test_parameters_with_one_name_in_python_get_different_names(bench: Workbench) -> None:
    address = "a/{x-y}/{x_y}/{x.y}"
    parameters: dict[str, Any] = {"x-y": {}, "x_y": {}, "x.y": {}}
    write(bench, {"c": {"address": address, "parameters": parameters, "messages": messages("e")}})
    text = "".join(bench.compile().package.files.values())
    (found,) = set(re.findall(r'"a/\{(\w+)\}/\{x_y\}/\{(\w+)\}"', text))
    assert len({*found, "x_y"}) == 3


def test_addresses_of_the_broker_are_for_subscribers(bench: Workbench, message: Any) -> None:
    bench.write(message("{type: string}", address="$SYS/broker/uptime"))
    assert [warning.split(" ")[1] for warning in bench.warnings()] == ["TW302"]
    text = "".join(bench.compile().package.files.values())
    assert "def on_a_b(" in text
    assert "def publish_a_b(" not in text


def test_the_group_of_a_shared_subscription_is_not_part_of_the_address(bench: Workbench, message: Any) -> None:
    bench.write(message("{type: string}", address="$share/group/a/b"))
    assert "TW301 warning: '$share/group/' belongs to a subscription" in bench.warnings()[0]
    assert '"a/b"' in bench.compile().package.files["a/topics.py"]


@pytest.mark.parametrize("address", ["$aws/things/x", "/a", "a/", "a//b", "a b/c", "\u65e5\u672c/x", "A/a"])
def test_odd_addresses_are_addresses(bench: Workbench, message: Any, address: str) -> None:
    bench.write(message("{type: string}", address=json.dumps(address)))
    assert bench.compile().package.files
