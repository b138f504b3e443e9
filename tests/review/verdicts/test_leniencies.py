"""``x-lenient`` in a review: dropping one narrows what readers receive, adding one is safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.support.catalogs import compare, one_topic

FIELD = "{type: object, title: State, properties: {p: %s}}"
PLACES = {
    "field": (FIELD % "{type: integer}", FIELD % "{type: integer, x-lenient: [number-from-text]}", "payload.p"),
    "items": (
        FIELD % "{type: array, items: {type: integer}}",
        FIELD % "{type: array, items: {type: integer, x-lenient: [number-from-text]}}",
        "payload.p[]",
    ),
    "scalar payload": ("{type: integer}", "{type: integer, x-lenient: [number-from-text]}", "payload"),
    "absent": (FIELD % "{type: integer}", FIELD % "{type: integer, x-lenient: [null-for-absent]}", "payload.p"),
}


@pytest.mark.parametrize("place", PLACES)
def test_dropping_a_leniency_narrows_what_readers_receive(tmp_path: Path, place: str) -> None:
    strict, lenient, path = PLACES[place]
    result = compare(tmp_path, one_topic(lenient), one_topic(strict))
    assert [(found.rule, found.old, found.new, found.severity) for found in result.findings] == [
        ("leniency-dropped", "ok", "reject", "breaking")
    ]
    assert f" in {path} any more" in result.findings[0].message


@pytest.mark.parametrize("place", PLACES)
def test_adding_a_leniency_is_safe(tmp_path: Path, place: str) -> None:
    strict, lenient, _ = PLACES[place]
    result = compare(tmp_path, one_topic(strict), one_topic(lenient))
    assert [(found.rule, found.severity) for found in result.findings] == [("leniency-added", "safe")]


def at(text: str, *, message: bool = False, document: bool = False) -> str:
    extension = "x-lenient: [number-from-text]"
    text = text.replace("        payload:", f"        {extension}\n        payload:") if message else text
    return text.replace("channels:", f"{extension}\nchannels:", 1) if document else text


def test_a_leniency_of_a_message_or_a_document_counts_too(tmp_path: Path) -> None:
    strict = one_topic(FIELD % "{type: integer}")
    for lenient in (at(strict, message=True), at(strict, document=True)):
        assert [one.rule for one in compare(tmp_path, lenient, strict).findings] == ["leniency-dropped"]
        assert [one.rule for one in compare(tmp_path, strict, lenient).findings] == ["leniency-added"]
    assert compare(tmp_path, at(strict, message=True), at(strict, document=True)).findings == ()


def test_a_leniency_that_moves_from_the_field_to_the_message_is_not_dropped(tmp_path: Path) -> None:
    field = one_topic(FIELD % "{type: integer, x-lenient: [number-from-text]}")
    message = at(one_topic(FIELD % "{type: integer}"), message=True)
    assert [one.rule for one in compare(tmp_path, field, message).findings] == ["leniency-added"]


def test_a_new_lenient_field_is_a_new_field_alone(tmp_path: Path) -> None:
    old, new = FIELD % "{type: integer}", FIELD % "{type: integer}, q: {type: integer, x-lenient: [number-from-text]}"
    assert [one.rule for one in compare(tmp_path, one_topic(old), one_topic(new)).findings] == ["field-added"]
