"""Changes of texts: shown as before and after, and of no effect."""

from __future__ import annotations

import pytest

from tests.review.support.catalogs import HEAD, compare

DOCUMENT = (
    HEAD.replace("title: Home", "title: Home, description: Old text")
    + """\
servers:
  broker: {host: 'localhost:{port}', protocol: mqtt, variables: {port: {default: '1883', description: Old text}}}
channels:
  state:
    address: home/state
    description: Old text
    messages:
      state: {name: home.state, summary: Old text, payload: {type: object, properties: {a: {title: Old text}}},
        headers: {type: object, properties: {h: {type: string, description: Old text}}},
        correlationId: {location: '$message.header#/h', description: Old text}}
operations:
  send: {action: send, channel: {$ref: '#/channels/state'}, description: Old text}
"""
)
AVRO = """\
    messages:
      state:
        name: home.state
        payload:
          schemaFormat: application/vnd.apache.avro;version=1.9.0
          schema: {type: record, name: S, doc: Old text, x-team: Old text, fields: [{name: a, type: int}]}
"""


def test_every_text_that_changes_is_shown_as_before_and_after(tmp_path):
    found = compare(tmp_path, DOCUMENT, DOCUMENT.replace("Old text", "New text")).findings
    assert {one.severity for one in found} == {"docs"}
    assert len(found) >= 8
    for one in found:
        assert "Old text" in one.message, one.message
        assert "New text" in one.message, one.message
        assert one.message.index("Old text") < one.message.index("New text")


@pytest.mark.parametrize("key", ["doc", "x-team"])
def test_texts_of_a_payload_that_has_no_model_are_texts(tmp_path, key):
    start, end = DOCUMENT.index("    messages:"), DOCUMENT.index("operations:")
    old = DOCUMENT[:start] + AVRO + DOCUMENT[end:]
    found = compare(tmp_path, old, old.replace(f"{key}: Old text", f"{key}: New text"))
    assert found.severity in ("docs", "safe")


def test_the_fields_of_a_payload_that_has_no_model_are_no_texts(tmp_path):
    start, end = DOCUMENT.index("    messages:"), DOCUMENT.index("operations:")
    old = DOCUMENT[:start] + AVRO + DOCUMENT[end:]
    assert compare(tmp_path, old, old.replace("type: int}", "type: long}")).severity == "dangerous"
