"""Messages of one address that one message fits are reported, with that message."""

from __future__ import annotations

import pytest
from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.lint import lint

from tests.codegen.support.workbench import Workbench

CHANNEL_OF_TWO = """
channels:
  door:
    address: door
    messages:
      opened: {payload: {type: object, required: [kind], properties: {kind: {OPENED}, by: {type: string}}}}
      closed: {payload: {type: object, required: [kind], properties: {kind: {CLOSED}}}}
"""


@pytest.mark.parametrize(
    ("opened", "closed", "found"),
    [
        ("const: opened", "const: closed", False),
        ("type: string", "type: string", True),
        ("const: a", "enum: [a]", True),
        ("type: string, format: date-time", "type: string, format: uuid", False),
    ],
)
def test_messages_that_nothing_tells_apart_are_reported_with_one_that_fits_both(
    bench: Workbench, opened: str, closed: str, found: bool
) -> None:
    bench.write(CHANNEL_OF_TWO.replace("OPENED", opened).replace("CLOSED", closed))
    reading = read_catalog(bench.config, Diagnostics())
    lint(reading)
    alike = [one for one in reading.source.diagnostics.sorted() if one.code == "TW513"]
    assert bool(alike) is found
    assert all('{"kind": "a"}' in one.message for one in alike)


def test_the_message_that_fits_both_has_the_formats_of_both(bench: Workbench) -> None:
    time = "type: string, format: date-time"
    bench.write(CHANNEL_OF_TWO.replace("OPENED", time).replace("CLOSED", time))
    reading = read_catalog(bench.config, Diagnostics())
    lint(reading)
    [alike] = [one for one in reading.source.diagnostics.sorted() if one.code == "TW513"]
    assert '{"kind": "2026-01-01T00:00:00Z"}' in alike.message
