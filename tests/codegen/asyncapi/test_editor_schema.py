"""The schema for editors takes every valid catalog, and refuses what the compiler reports of extensions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Validator, meta, validator_for
from topicwright_codegen.asyncapi.validation.editor_schema import editor_line, editor_schema
from topicwright_codegen.asyncapi.validation.extension_values import VALUES
from topicwright_codegen.asyncapi.validation.extensions import EXTENSIONS
from topicwright_codegen.cli import main
from topicwright_codegen.documents.values import plain
from topicwright_codegen.documents.yaml_reader import read_yaml

from tests.codegen.support.corpus import REASON, Row, rows
from tests.paths import GOLDEN, ROOT

OURS = [*sorted((ROOT / "schema").rglob("*.yaml")), *sorted(GOLDEN.rglob("*.yaml"))]
REAL = [row for row in rows() if row.valid]
CATALOG = """\
asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  a:
    address: a
    CHANNEL
    messages: {m: {MESSAGE, payload: {type: object, properties: {p: {PROPERTY}}}}}
x-services: {s: {SERVICE}}
"""


@pytest.fixture(scope="module")
def validator() -> Validator:
    return validator_for(editor_schema())


def wrong(validator: Validator, text: str) -> Iterator[list[str | int]]:
    yield from (error.instance_path for error in validator.iter_errors(plain(read_yaml(text))))


def test_the_schema_is_one_of_draft_7_and_describes_every_extension() -> None:
    schema: Any = editor_schema()
    assert meta.is_valid(schema)
    assert VALUES.keys() == EXTENSIONS.keys()
    assert schema["properties"]["x-sends"]["description"]


@pytest.mark.parametrize("file", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_takes_our_catalogs(validator: Validator, file: Path) -> None:
    assert list(wrong(validator, file.read_text("utf-8"))) == []


@pytest.mark.skipif(not REAL, reason=REASON)
@pytest.mark.parametrize("row", REAL, ids=lambda row: row.id)
def test_it_takes_real_documents(validator: Validator, row: Row) -> None:
    assert list(wrong(validator, row.source.read_text("utf-8"))) == []


def filled(**parts: str) -> str:
    defaults = {"CHANNEL": "title: A", "MESSAGE": "name: m", "PROPERTY": "type: string", "SERVICE": "title: S"}
    text = CATALOG
    for place, value in (defaults | parts).items():
        text = text.replace(place, value)
    return text


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"CHANNEL": "x-mqtt: {qos: 3}"}, ["channels", "a", "x-mqtt", "qos"]),
        ({"CHANNEL": "x-mqtt: {expire: 3}"}, ["channels", "a", "x-mqtt"]),
        ({"CHANNEL": "x-mqt: {qos: 1}"}, ["channels", "a", "x-mqt"]),
        ({"CHANNEL": "x_mqtt: {qos: 1}"}, ["channels", "a", "x_mqtt"]),
        ({"CHANNEL": "x-envelope: trs"}, ["channels", "a", "x-envelope"]),
        ({"CHANNEL": "x-sends: [m]"}, ["channels", "a", "x-sends"]),
        ({"MESSAGE": "x-reply: {mesages: m}"}, ["channels", "a", "messages", "m", "x-reply"]),
        ({"MESSAGE": "x-repyl: m"}, ["channels", "a", "messages", "m", "x-repyl"]),
        ({"MESSAGE": "x-replay-window: -1"}, ["channels", "a", "messages", "m", "x-replay-window"]),
        ({"MESSAGE": "x-owner: me"}, ["channels", "a", "messages", "m", "x-owner"]),
        (
            {"PROPERTY": "x-generated: uuid"},
            [*("channels", "a", "messages", "m", "payload", "properties", "p", "x-generated")],
        ),
        (
            {"PROPERTY": "x-lenient: [numbers]"},
            [*("channels", "a", "messages", "m", "payload", "properties", "p", "x-lenient", 0)],
        ),
        ({"SERVICE": "x-send: [m]"}, ["x-services", "s", "x-send"]),
        ({"SERVICE": "x-sends: 5"}, ["x-services", "s", "x-sends"]),
        ({"SERVICE": "x-sends: {m: {action: send}}"}, ["x-services", "s", "x-sends"]),
    ],
    ids=str,
)
def test_it_refuses_misspelt_misplaced_and_wrong_extensions(
    validator: Validator, parts: dict[str, str], path: list[str | int]
) -> None:
    assert list(wrong(validator, filled(**parts))) == [path]


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"CHANNEL": "x-mqtt: {qos: 0, retain: true, expiry: 5}"},
        {"MESSAGE": "x-reply: [m]"},
        {"MESSAGE": "x-reply: {messages: m, address: {location: $message.header#/r}}"},
        {"SERVICE": "x-sends: {m: Says m., n: , o: {summary: O., x-mqtt: {qos: 0}}, p: [{x-reply: m}]}"},
        {"SERVICE": "x-other: 1"},
    ],
    ids=str,
)
def test_it_takes_what_the_documentation_shows(validator: Validator, parts: dict[str, str]) -> None:
    assert list(wrong(validator, filled(**parts))) == []


def test_the_commands_write_the_schema_and_the_line_by_which_editors_find_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == editor_schema()
    file, bundle = tmp_path / "catalog.schema.json", tmp_path / "b.yaml"
    assert main(["schema", "--output", str(file)]) == 0
    assert json.loads(file.read_text("utf-8")) == editor_schema()
    assert editor_line(file.name).strip() in capsys.readouterr().err
    catalog = str(GOLDEN / "short" / "catalog")
    assert main(["bundle", catalog, "--output", str(bundle), "--schema", "catalog.schema.json"]) == 0
    assert bundle.read_text("utf-8").startswith(
        "# yaml-language-server: $schema=catalog.schema.json\nasyncapi: 3.0.0\n"
    )


def test_a_new_project_has_the_schema_where_its_catalog_looks_for_it(tmp_path: Path, validator: Validator) -> None:
    assert main(["init", str(tmp_path / "robot")]) == 0
    catalog = (tmp_path / "robot" / "asyncapi.yaml").read_text("utf-8")
    place = catalog.splitlines()[0].partition("$schema=")[2]
    assert json.loads((tmp_path / "robot" / place).read_text("utf-8")) == editor_schema()
    assert list(wrong(validator, catalog)) == []
