"""Names with a package in front are cut to what tells them apart; a title that repeats a name is no docstring."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from topicwright_codegen import naming

from tests.codegen.support.workbench import Workbench


@pytest.mark.parametrize(
    ("names", "cut"),
    [
        (["com.acme.dto.PublishPayloadDto"], ["PublishPayloadDto"]),
        (["com.acme.api.Measured", "com.acme.old.Measured"], ["api Measured", "old Measured"]),
        (["com.acme.a.x.Measured", "com.acme.b.x.Measured"], ["a x Measured", "b x Measured"]),
        (["com.acme.Measured", "Measured"], ["acme Measured", "Measured"]),
        (["com.acme.Outer$Inner", "com.acme.Other.Inner"], ["Outer Inner", "Other Inner"]),
        (["com.acme.Measured", "x.com.acme.Measured"], ["com.acme.Measured", "x com acme Measured"]),
        (
            ["memory.query.result", "light.Measured", "Acme.Dto.Thing"],
            ["memory.query.result", "light.Measured", "Acme.Dto.Thing"],
        ),
    ],
)
def test_a_package_is_left_out_as_far_as_names_stay_distinct(names: list[str], cut: list[str]):
    found = naming.without_packages(names)
    assert [naming.snake(found[name]) for name in names] == [naming.snake(name) for name in cut]


def compiled(bench: Workbench, messages: dict[str, Any], schemas: dict[str, Any]) -> dict[str, str]:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"a": {"address": "a", "messages": messages}},
        "components": {"schemas": schemas},
    }
    bench.write(json.dumps(document), "test.json", head="")
    return bench.compile().package.files


def thing(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"at": {"type": "object", "properties": {"x": {"type": "number"}}}}, **more}


def test_methods_and_classes_have_no_package_and_docstrings_the_whole_name(bench: Workbench):
    name = "com.acme.dto.PublishPayloadDto"
    payload = {"$ref": f"#/components/schemas/{name}"}
    files = compiled(bench, {name: {"title": "PublishPayloadDto", "payload": payload}}, {name: thing()})
    assert re.findall(r"async def (\w+)", files["a/__init__.py"]) == [
        "publish_publish_payload_dto",
        "on_publish_payload_dto",
    ]
    assert re.findall(r"^class (\w+)", files["a/models.py"], re.MULTILINE) == [
        "PublishPayloadDtoAt",
        "PublishPayloadDto",
    ]
    assert f'"""``{name}``."""' in files["a/models.py"]
    assert f"for each ``{name}``." in files["a/__init__.py"].replace("\n        ", " ")


def test_classes_that_differ_in_their_package_alone_keep_what_differs(bench: Workbench):
    names = ["com.acme.api.Measured", "com.acme.old.Measured"]
    messages = {name: {"payload": {"$ref": f"#/components/schemas/{name}"}} for name in names}
    files = compiled(bench, messages, {name: thing(description="What is new.") for name in names})
    found = re.findall(r"^class (\w+)", files["a/models.py"], re.MULTILINE)
    assert found == ["ApiMeasuredAt", "ApiMeasured", "OldMeasuredAt", "OldMeasured"]
    assert '"""What is new.\n\n    ``com.acme.api.Measured``."""' in files["a/models.py"]


def test_a_title_that_repeats_a_name_is_no_docstring(bench: Workbench):
    properties = {
        "battery": {"title": "Battery", "type": "number"},
        "battery_level": {"title": "Level", "type": "number"},
        "state": {"$ref": "#/components/schemas/DoorState"},
        "angle": {"title": "Degrees from north", "type": "number"},
    }
    schemas = {
        "Robot": {"type": "object", "title": "robot", "properties": properties},
        "DoorState": {"type": "object", "title": "Door State", "properties": {"a": {}}},
    }
    messages = {"robot.moved": {"title": "Robot moved", "payload": {"$ref": "#/components/schemas/Robot"}}}
    files = compiled(bench, messages, schemas)
    texts = re.findall(r'^ *"""(.*?)"""', files["a/models.py"] + files["a/topics.py"], re.MULTILINE)
    assert texts == [
        "Payloads of the ``a`` topics.",
        "The payload of ``robot.moved``.",
        "Degrees from north.",
        "Topics of the ``a`` domain.",
    ]
    assert "Robot moved" not in files["a/__init__.py"]
