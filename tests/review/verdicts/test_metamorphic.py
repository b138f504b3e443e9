"""Properties of the verdicts of any change: the opposite change, another layout, other names, another notation."""

from __future__ import annotations

import copy
import csv
import json
from pathlib import Path

import pytest
import yaml
from topicwright_codegen.review.engine import Review, review
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.paths import REVIEW_CASES

CASES = REVIEW_CASES
with (CASES / "golden.tsv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))
PAYLOADS = [row["id"] for row in ROWS if row["area"] == "payload"]
RANKS = ("safe", "docs")
WORDS = {"room": "zimmer", "level": "pegel", "score": "punkte", "home": "haus", "Reading": "Messwert"}


def compare(folder: Path, before: str, after: str, suffix: str = "yaml") -> Review:
    """Compare two documents that are texts; both have one name, which names the service."""
    sides = []
    for name, text in (("before", before), ("after", after)):
        path = folder / name / f"home.{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sides.append(read_side([path], unique_package()))
    return review(*sides)


def text_of(case: str, name: str) -> str:
    """Return a document of a case."""
    return (CASES / case / f"{name}.yaml").read_text(encoding="utf-8")


def verdicts(result: Review) -> tuple[str, str, str, str]:
    """Return the four columns."""
    return result.old_consumer, result.new_consumer, result.source_api, result.severity


@pytest.mark.parametrize("case", PAYLOADS[::4])
def test_the_opposite_change_of_a_payload_swaps_old_and_new_consumers(tmp_path, case):
    forth = compare(tmp_path, text_of(case, "before"), text_of(case, "after"))
    back = compare(tmp_path, text_of(case, "after"), text_of(case, "before"))
    assert (back.old_consumer, back.new_consumer) == (forth.new_consumer, forth.old_consumer)


@pytest.mark.parametrize("case", PAYLOADS[1::10])
def test_other_names_and_another_notation_do_not_change_a_verdict(tmp_path, case):
    texts = [text_of(case, name) for name in ("before", "after")]
    wanted = verdicts(compare(tmp_path, *texts))
    for old, new in WORDS.items():
        texts = [text.replace(old, new) for text in texts]
    assert verdicts(compare(tmp_path, *texts)) == wanted
    as_json = [json.dumps(yaml.safe_load(text)) for text in texts]
    assert verdicts(compare(tmp_path, *as_json, suffix="json")) == wanted


def reordered(value: object) -> object:
    """Return a document with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def extracted(document: dict) -> dict:
    """Return a document whose messages and operations stand among the components, referred to."""
    document = copy.deepcopy(document)
    parts = document.setdefault("components", {})
    for id_, channel in document.get("channels", {}).items():
        for key, message in channel.get("messages", {}).items():
            if "$ref" not in message:
                parts.setdefault("messages", {})[f"{id_}.{key}"] = message
                channel["messages"][key] = {"$ref": f"#/components/messages/{id_}.{key}"}
    for id_, server in document.get("servers", {}).items():
        parts.setdefault("servers", {})[id_] = server
        document["servers"][id_] = {"$ref": f"#/components/servers/{id_}"}
    return document


@pytest.mark.parametrize("case", [row["id"] for row in ROWS if row["area"] != "operation"][::12])
def test_another_layout_of_a_catalog_is_safe(tmp_path, case):
    document = yaml.safe_load(text_of(case, "after"))
    for other in (reordered(document), extracted(document)):
        texts = [yaml.safe_dump(it, sort_keys=False) for it in (document, other)]
        result = compare(tmp_path, *texts)
        assert result.severity in RANKS, [(found.rule, found.message) for found in result.findings]


OLD_2 = """asyncapi: 2.6.0
info: {title: Home topics, version: 1.0.0}
channels:
  home/readings:
    subscribe:
      operationId: sendReading
      message:
        name: home.reading
        payload: {type: object, properties: {room: {type: string}}, required: [room]}
"""
NEW_3 = """asyncapi: 3.0.0
info: {title: Home topics, version: 1.0.0}
channels:
  home/readings:
    address: home/readings
    messages:
      home.reading:
        name: home.reading
        payload: {type: object, properties: {room: {type: string}}, required: [room]}
operations:
  sendReading: {action: send, channel: {$ref: '#/channels/home~1readings'}}
"""


def test_a_document_lifted_to_asyncapi_3_means_the_same(tmp_path):
    result = compare(tmp_path, OLD_2, NEW_3)
    assert (result.old_consumer, result.new_consumer) == ("ok", "ok")
    assert result.severity in (*RANKS, "source")


def test_a_change_in_an_asyncapi_2_document_has_the_verdict_that_it_has_in_3(tmp_path):
    for old, new in (("required: [room]", "required: []"), ("room: {type: string", "room: {type: integer")):
        two = compare(tmp_path, OLD_2, OLD_2.replace(old, new))
        three = compare(tmp_path, NEW_3, NEW_3.replace(old, new))
        assert verdicts(two)[:2] == verdicts(three)[:2]
