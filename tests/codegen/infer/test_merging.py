"""A second run adds what is new and keeps what the author has written."""

from __future__ import annotations

import json
from typing import Any

from tests.codegen.infer.drafts import Drafts, said

FIRST = [said("robot/1/pose", {"x": 1, "w": 2, "mode": mode}) for mode in ("auto", "manual") * 6]


def pose(**fields: Any) -> list[Any]:
    return [said("robot/2/pose", {"x": 1, "w": 2, "mode": "auto", **fields})] * 3


def test_the_same_traffic_changes_nothing(drafts: Drafts) -> None:
    before = drafts.infer(FIRST).text
    after = drafts.infer(FIRST)
    assert after.text == before
    assert "added: 0" in after.report


def test_new_addresses_events_and_fields_are_added_and_listed(drafts: Drafts) -> None:
    drafts.infer(FIRST)
    done = drafts.infer([*pose(z=1.5), said("robot/1/battery", {"level": 5}), said("robot/1/pose", b"lost")])
    assert done.addresses == ["robot/{robot_id}/pose", "robot/{robot_id}/battery"]
    assert len(done.channel("robot/{robot_id}/pose")["messages"]) == 2
    assert "z" in done.payloads("robot/{robot_id}/pose")[0]["properties"]
    for line in ("robot.pose.z: a field", "robot/{robot_id}/battery: an address", "an event"):
        assert line in done.report
    assert done.verdict.accepted == done.verdict.total


def test_what_was_written_is_widened_by_what_is_heard(drafts: Drafts) -> None:
    drafts.infer(FIRST)
    done = drafts.infer([said("robot/2/pose", {"x": 1.5, "w": None, "mode": mode}) for mode in ("auto", "parked") * 6])
    properties = done.payload("robot/{robot_id}/pose")["properties"]
    assert properties["x"]["type"] == "number"
    assert properties["w"]["type"] == ["integer", "null"]
    assert properties["mode"]["enum"] == ["auto", "manual", "parked"]
    assert done.verdict.accepted == 12
    again = drafts.infer([said("robot/2/pose", {"x": 1})])
    assert list(again.payload("robot/{robot_id}/pose")["required"]) == ["x"]
    assert "robot.pose.w: no longer required" in again.report


def test_edits_of_the_author_stay(drafts: Drafts) -> None:
    drafts.infer(FIRST)
    drafts.edit("robot/{robot_id}/pose", "robot/{unit}/pose")
    drafts.edit("robot_id: {} #", "unit: {description: Serial number.} # mine,")
    drafts.edit("name: robot.pose", "name: pose.measured\n        summary: Where it is.  # as GPS says")
    drafts.edit("RobotPose:", "# the frame is the map\n    RobotPose:")
    drafts.edit("x: {type: integer}", "x: {type: integer, maximum: 5, description: 'East: metres', x-unit: m}")
    edited = drafts.file.read_text("utf-8")
    done = drafts.infer([*FIRST, *pose()])
    assert done.text == edited
    wider = drafts.infer(pose(x=7, z=1))
    for line in edited.splitlines():
        assert line in wider.text.splitlines()
    assert "z: {type: integer}" in wider.text


def test_a_message_that_contradicts_the_author_is_a_finding(drafts: Drafts) -> None:
    drafts.infer(FIRST)
    drafts.edit("enum: [auto, manual]", "enum: [auto]")
    drafts.edit("w: {type: integer}", "w: {type: integer, minimum: 2}")
    done = drafts.infer([*pose(), *pose(w=1), *pose(mode="manual")])
    assert done.payload("robot/{robot_id}/pose")["properties"]["mode"]["enum"] == ["auto"]
    assert done.payload("robot/{robot_id}/pose")["properties"]["w"]["minimum"] == 2
    assert done.verdict.accepted == 3
    assert "refused:" in done.report
    assert done.verdict.refused.total() == 6


def test_what_the_author_removed_does_not_come_back(drafts: Drafts) -> None:
    drafts.infer([*FIRST, said("robot/1/noise", {"v": 1})])
    drafts.edit("        w: {type: integer}\n", "")
    drafts.edit("required: [x, w, mode]", "required: [x, mode]")
    text = drafts.file.read_text("utf-8")
    start = text.index("  # 1 message on 1 topic")
    end = text.index("  # 12 messages") if text.index("  # 12 messages") > start else text.index("components:")
    drafts.file.write_text(text[:start] + text[end:], "utf-8")
    done = drafts.infer([*FIRST, said("robot/1/noise", {"v": 1})])
    assert "w" not in done.payload("robot/{robot_id}/pose")["properties"]
    assert done.addresses == ["robot/{robot_id}/pose"]
    assert "robot/{robot_id}/noise: you removed its channel" in done.report
    assert "you removed it" in done.report


def test_a_field_that_was_always_null_gets_its_type_once_a_value_is_heard(drafts: Drafts) -> None:
    drafts.infer([said("a/b", {"x": None})] * 3)
    done = drafts.infer([said("a/b", {"x": 5})] * 3)
    assert done.payload("a/b")["properties"]["x"]["type"] == ["integer", "null"]


def test_a_catalog_that_infer_never_wrote_is_only_added_to(drafts: Drafts) -> None:
    catalog = """\
asyncapi: 3.0.0
info: {title: Mine, version: 1.0.0}   # by hand
channels:
  pose:
    address: robot/{unit}/pose
    parameters: {unit: {description: Serial number.}}
    messages:
      pose:
        name: robot.pose
        payload:
          type: object
          required: [x]
          properties:
            x: {type: integer, maximum: 9}
"""
    drafts.file.write_text(catalog, "utf-8")
    done = drafts.infer([*FIRST, said("robot/1/battery", {"level": 5})])
    for line in catalog.splitlines():
        assert line in done.text.splitlines()
    assert list(done.payload("robot/{unit}/pose")["properties"]) == ["x", "w", "mode"]
    assert done.addresses[0] == "robot/{unit}/pose"
    assert len(done.addresses) == 2


def test_an_address_that_the_author_moved_to_another_file_is_not_added_again(drafts: Drafts) -> None:
    channel = {
        "address": "robot/{unit}/pose",
        "parameters": {"unit": {}},
        "messages": {"pose": {"name": "robot.pose", "payload": {"type": "object"}}},
    }
    (drafts.folder / "robot.json").write_text(json.dumps({"pose": channel}), "utf-8")
    head = "asyncapi: 3.0.0\ninfo: {title: Mine, version: 1.0.0}\n"
    drafts.file.write_text(f"{head}channels:\n  pose:\n    $ref: './robot.json#/pose'\n", "utf-8")
    done = drafts.infer([*FIRST, said("robot/1/battery", {"level": 5})])
    assert len(done.document["channels"]) == 2
    assert done.verdict.accepted == 13


def test_a_file_that_does_not_compile_is_left_as_it_is(drafts: Drafts) -> None:
    import pytest
    from topicwright_codegen.diagnostics.diagnostics import CompileError

    drafts.infer(FIRST)
    drafts.edit("type: object", "type: objekt")
    before = drafts.file.read_text("utf-8")
    with pytest.raises(CompileError):
        drafts.infer(FIRST)
    assert drafts.file.read_text("utf-8") == before
