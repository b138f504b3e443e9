"""A change of a parameter that several channels refer to: one finding, at its line, with their topics."""

from __future__ import annotations

import pytest

from tests.review.support.catalogs import HEAD, compare

ROOM = "{description: A room., enum: [kitchen, bath], default: bath}"
TOPICS = {f"home/{{room}}/{name}" for name in ("one", "two", "three")}


def document(room: str) -> str:
    """Return a catalog of three channels with one parameter of the components."""
    reference = "room: {$ref: '#/components/parameters/room'}"
    channels = "".join(
        f"  {topic[12:]}: {{address: '{topic}', parameters: {{{reference}}}, "
        f"messages: {{m: {{name: home.{topic[12:]}, payload: {{type: string}}}}}}}}\n"
        for topic in sorted(TOPICS)
    )
    return f"{HEAD}channels:\n{channels}components:\n  parameters:\n    room: {room}\n"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("[kitchen, bath]", "[kitchen, bath, attic]", "parameter-value-added"),
        ("[kitchen, bath]", "[bath]", "parameter-value-removed"),
        ("default: bath", "default: kitchen", "parameter-default-changed"),
        ("A room.", "The room.", "text-changed"),
    ],
)
def test_one_finding_for_all_topics_at_the_line_that_changed(tmp_path, old, new, rule):
    found = compare(tmp_path, document(ROOM), document(ROOM.replace(old, new))).findings
    (finding,) = [one for one in found if one.rule == rule]
    assert {one.topic for one in finding.all} == TOPICS
    lines = document(ROOM).splitlines()
    assert lines[finding.place.line - 1].strip().startswith("room:")
    assert len({one.fingerprint for one in found}) == len(found)


def test_renaming_it_in_every_address_is_one_finding(tmp_path):
    new = document(ROOM).replace("room", "place").replace("A place.", "A room.")
    found = compare(tmp_path, document(ROOM), new).findings
    assert [one.rule for one in found if one.severity != "safe"] == ["parameter-renamed"]
    assert len(found[0].all) == 3


def test_the_type_that_asyncapi_2_writes_and_3_does_not_is_no_change(tmp_path):
    old = (
        "asyncapi: 2.6.0\ninfo: {title: Home, version: 1.0.0}\nchannels:\n  home/{room}/one:\n"
        "    parameters: {room: {schema: {type: string, enum: [kitchen, bath]}}}\n"
        "    publish: {operationId: one, message: {name: home.one, payload: {type: string}}}\n"
    )
    new = (
        f"{HEAD}channels:\n  one:\n    address: home/{{room}}/one\n"
        "    parameters: {room: {enum: [kitchen, bath]}}\n"
        "    messages: {one: {name: home.one, payload: {type: string}}}\n"
        "operations: {one: {action: receive, channel: {$ref: '#/channels/one'}}}\n"
    )
    assert [one.message for one in compare(tmp_path, old, new).findings if one.rule.startswith("unchecked")] == []
