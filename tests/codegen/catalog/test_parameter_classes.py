"""Parameters of addresses have named types in one place, equal sets have one class, and each event has an alias."""

from __future__ import annotations

import json
import re
from typing import Any, get_args, get_origin

import pytest
from topicwright import Event, NoParams
from topicwright.catalog.address import address_of

from tests.codegen.support.workbench import Workbench

SITE = {"enum": ["berlin", "paris"], "description": "The site."}
OTHER = {"enum": ["kiel"]}


def channel(address: str, *messages: str, **parameters: Any) -> dict[str, Any]:
    payload = {"type": "object", "properties": {"x": {"type": "number"}}}
    return {
        "address": address,
        "parameters": parameters,
        "messages": {name: {"payload": payload} for name in messages},
    }


def write(bench: Workbench, *channels: dict[str, Any], schemas: dict[str, Any] | None = None) -> None:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {f"channel{at}": channel for at, channel in enumerate(channels)},
        "components": {"parameters": {"Harbour": OTHER}, "schemas": schemas or {}},
    }
    bench.write(json.dumps(document), "test.json", head="")


def classes(text: str) -> list[str]:
    return re.findall(r"^class (\w+):", text, re.MULTILINE)


def test_equal_sets_of_parameters_have_one_class_and_a_name_for_each_event(bench: Workbench):
    write(bench, channel("a/{site}/on", "on", site=SITE), channel("a/{site}/off", "off", site=SITE))
    sdk = bench.load()
    assert sdk.OnParams is sdk.OffParams is sdk.SiteParams
    assert (sdk.ON.params, sdk.OFF.params) == (sdk.SiteParams, sdk.SiteParams)
    assert address_of(sdk.ON).topic(sdk.OnParams("paris")) == "a/paris/on"


def test_a_class_of_parameters_keeps_its_name_when_another_event_has_equal_ones(bench: Workbench):
    write(bench, channel("a/{site}/on", "on", site=SITE))
    assert classes(bench.compile().package.files["a/topics.py"]) == ["OnParams"]
    write(bench, channel("a/{site}/off", "off", site=SITE), channel("a/{site}/on", "on", site=SITE))
    text = bench.compile().package.files["a/topics.py"]
    assert classes(text) == ["SiteParams"]
    assert "OnParams: TypeAlias = SiteParams" in text


def test_sets_that_differ_in_names_values_or_order_have_a_class_each(bench: Workbench):
    write(
        bench,
        channel("a/{site}/on", "on", site=SITE),
        channel("a/{site}/off", "off", site=OTHER),
        channel("a/{site}/{n}", "both", site=SITE, n={}),
        channel("a/x/{n}/{site}", "back", site=SITE, n={}),
    )
    text = bench.compile().package.files["a/topics.py"]
    assert classes(text) == ["OnParams", "OffParams", "BothParams", "BackParams"]


def test_a_parameter_with_a_list_of_values_has_one_named_type(bench: Workbench):
    write(bench, channel("a/{site}/on", "on", site=SITE), channel("a/{site}/{n}", "off", site=SITE, n={}))
    files = bench.compile().package.files
    assert files["a/topics.py"].count("berlin") == 1
    assert 'Site: TypeAlias = Literal["berlin", "paris"]\n"""The site."""' in files["a/topics.py"]
    assert "berlin" not in files["a/__init__.py"]
    assert "site: Site | AnyValue = ANY" in files["a/__init__.py"]


def test_parameters_of_several_domains_are_in_the_shared_one_and_in_each(bench: Workbench):
    write(bench, channel("a/{site}/on", "on", site=SITE), channel("b/{site}/off", "off", site=SITE))
    files = bench.compile().package.files
    assert classes(files["shared/params.py"]) == ["SiteParams"]
    assert not classes(files["a/topics.py"] + files["b/topics.py"])
    first = bench.load()
    shared = bench.load(inside="shared")
    assert first.SiteParams("berlin") == first.OnParams("berlin")
    assert get_args(shared.Site) == ("berlin", "paris")


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (SITE, OTHER, {"Channel0Site", "Channel1Site"}),
        (SITE, {"$ref": "#/components/parameters/Harbour"}, {"Channel0Site", "Harbour"}),
    ],
)
def test_types_of_one_parameter_with_other_values_are_told_apart(
    bench: Workbench, first: Any, second: Any, names: set[str]
):
    for one, two in ((first, second), (second, first)):
        listed = channel("a/{site}/on", "on", site=one), channel("a/{site}/off", "off", site=two)
        write(bench, *listed)
        text = bench.compile().package.files["a/topics.py"]
        found = set(re.findall(r"^(\w+): TypeAlias = Literal", text, re.MULTILINE))
        assert len(found) == 2
        assert "Site" not in found
        if one is first:
            assert found == names


def test_a_type_and_an_alias_yield_to_models_of_their_names(bench: Workbench):
    schemas = {name: {"type": "object", "properties": {"x": {}}} for name in ("Site", "OnEvent", "SiteParams")}
    on, off = channel("a/{site}/on", "on", "off", "more", site=SITE), channel("a/{site}/off", "last", site=SITE)
    for message, name in zip(on["messages"].values(), schemas, strict=True):
        message["payload"] = {"$ref": f"#/components/schemas/{name}"}
    write(bench, on, off, schemas=schemas)
    sdk = bench.load()
    assert {sdk.Site, sdk.OnEvent, sdk.SiteParams} == {sdk.ON.model, sdk.OFF.model, sdk.MORE.model}
    assert get_args(sdk.SiteParameter) == ("berlin", "paris")
    assert get_origin(sdk.OnEventEvent) is Event
    assert sdk.ON.params is sdk.LAST.params


def test_an_event_that_is_called_like_its_parameter_shares_the_class(bench: Workbench):
    write(bench, channel("a/{site}/on", "site", site=SITE), channel("a/{site}/off", "off", site=SITE))
    sdk = bench.load()
    assert sdk.SITE.params is sdk.OFF.params is sdk.SiteParams
    write(bench, channel("a/{site}/on", "site", site=SITE), channel("b/{site}/off", "off", site=SITE))
    sdk = bench.load()
    assert sdk.SITE.params is sdk.SiteParams


def test_each_event_that_can_be_received_has_an_alias(bench: Workbench):
    headers = {"type": "object", "required": ["t"], "properties": {"t": {"type": "string"}}}
    plain, full = channel("a/on", "on"), channel("a/{site}", "robot.telemetry", "door_event", site=SITE)
    full["messages"]["robot.telemetry"]["headers"] = headers
    full["messages"]["door_event"]["payload"] = {"$ref": "#/components/schemas/Opened"}
    late = {"address": None, "messages": {"late": {"payload": {"type": "integer"}}}}
    write(bench, plain, full, late, schemas={"Opened": {"type": "object", "properties": {"x": {}}}})
    sdk = bench.load()
    assert get_args(sdk.OnEvent)[0] is sdk.On
    kinds = get_args(sdk.RobotTelemetryEvent)
    assert kinds == (sdk.RobotTelemetry, sdk.ROBOT_TELEMETRY.params, sdk.ROBOT_TELEMETRY.headers)
    assert get_args(sdk.DoorEvent)[:2] == (sdk.DOOR_EVENT.model, sdk.DOOR_EVENT.params)
    assert not hasattr(sdk, "LateEvent")
    assert NoParams not in get_args(sdk.OnEvent)
