"""``x-lenient``: each name reaches the reader of its field, message or document, or is reported with its line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from topicwright.catalog.values.conversions import SOURCES
from topicwright.catalog.values.lenient import ABSENT
from topicwright.codec.decoder import Decoder
from topicwright.mqtt.message import Incoming
from topicwright_codegen.asyncapi.leniencies import LENIENCIES
from topicwright_codegen.bundle.serialization import as_yaml
from topicwright_codegen.commands.bundle import bundle_catalog
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.output.domain_state import domain_fingerprints
from topicwright_codegen.project.config import Config

from tests.codegen.support.messages import Refused, passed_on, received
from tests.codegen.support.workbench import Workbench
from tests.paths import ROOT

TIME = "{type: string, format: date-time, x-lenient: [time-without-zone, time-with-short-zone, time-from-number]}"
FIELDS = {
    "number": ("{type: number, x-lenient: [number-from-text]}", "2.5", 2.5),
    "bounded integer": ("{type: integer, minimum: 1, x-lenient: [number-from-text]}", "2", 2),
    "one name, no list": ("{type: integer, x-lenient: number-from-text}", "2", 2),
    "nullable": ("{type: [integer, 'null'], x-lenient: [number-from-text]}", "2", 2),
    "draft 4 nullable": ("{type: integer, nullable: true, x-lenient: [number-from-text]}", "2", 2),
    "listed numbers": ("{enum: [1, 2], x-lenient: [number-from-text]}", "2", 2),
    "boolean": ("{type: boolean, x-lenient: [boolean-from-text, boolean-from-number]}", "ON", True),
    "boolean from number": ("{type: boolean, x-lenient: [boolean-from-text, boolean-from-number]}", 0, False),
    "text": ("{type: string, minLength: 2, x-lenient: [text-from-number]}", 47, "47"),
    "text from boolean": ("{type: string, x-lenient: [text-from-boolean]}", True, "true"),
    "enum": ("{enum: ['on', 'off'], x-lenient: [text-in-any-case]}", "ON", "on"),
    "time": (TIME, "2026-01-01T00:00:00", "2026-01-01T00:00:00Z"),
    "short zone": (TIME, "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+01:00"),
    "seconds": (TIME, 1767225600, "2026-01-01T00:00:00Z"),
    "milliseconds": (TIME, 1767225600000, "2026-01-01T00:00:00Z"),
    "items": ("{type: array, items: {type: integer, x-lenient: [number-from-text]}}", ["1", 2], [1, 2]),
    "allOf": ("{allOf: [{type: integer}, {minimum: 2}], x-lenient: [number-from-text]}", "2", 2),
    "one part": ("{allOf: [{$ref: '#/components/schemas/N'}], x-lenient: [number-from-text]}", "2", 2),
    "component": ("{$ref: '#/components/schemas/L'}", "2", 2),
    "beside a reference": ("{$ref: '#/components/schemas/N', x-lenient: [number-from-text]}", "2", 2),
    "union": ("{oneOf: [{type: integer}, {type: boolean}], x-lenient: [number-from-text]}", "2", 2),
    "map": ("{type: object, additionalProperties: {type: integer, x-lenient: number-from-text}}", {"a": "1"}, {"a": 1}),
    "judged": ("{type: number, multipleOf: 0.5, x-lenient: [number-from-text]}", "2.5", 2.5),
}
COMPONENTS = (
    "components: {schemas: {N: {type: integer}, L: {type: integer, x-lenient: [number-from-text]}, "
    "Pair: {type: object, properties: {a: {type: integer}}}}}\n"
)


def payload(schema: str, extra: str = "", of_document: str = "") -> str:
    return (
        f"{of_document}channels:\n  a:\n    address: a\n    messages:\n      A:\n        name: a\n{extra}"
        f"        payload:\n          type: object\n          properties:\n            p: {schema}\n{COMPONENTS}"
    )


@pytest.mark.parametrize("case", FIELDS)
def test_a_lenient_field_takes_what_a_device_sends_and_a_strict_one_does_not(bench: Workbench, case: str) -> None:
    schema, value, meant = FIELDS[case]
    bench.write(payload(schema))
    assert bench.warnings() == []
    assert passed_on(bench.load().A, {"p": value}) == {"p": meant}
    strict = schema.replace("x-lenient", "x-other").replace("schemas/L", "schemas/N")
    bench.write(payload(strict))
    with pytest.raises(Refused):
        received(bench.load().A, {"p": value})


@pytest.mark.parametrize("case", FIELDS)
def test_a_bundle_keeps_every_leniency(bench: Workbench, case: str, tmp_path: Path) -> None:
    schema, _, _ = FIELDS[case]
    bench.write(payload(schema, "        x-lenient: [null-for-absent]\n", "x-lenient: [time-from-number]\n"))
    made = tmp_path / "bundle.yaml"
    made.write_text(as_yaml(bundle_catalog(bench.config, Diagnostics())), encoding="utf-8")
    again = compile_catalog(Config((made,), "sdk", bench.folder / "out", title=bench.config.title))
    files = bench.compile().package.files
    assert ("lenient=" in files["a/topics.py"]) == ("nullable" not in case)  # null is a value of such a field
    assert files["a/topics.py"].splitlines()[1:] == again.package.files["a/topics.py"].splitlines()[1:]
    assert files["a/models.py"].splitlines()[1:] == again.package.files["a/models.py"].splitlines()[1:]


@pytest.mark.parametrize(
    ("extra", "of_document"),
    [
        ("        x-lenient: [number-from-text, null-for-absent]\n", ""),
        ("", "x-lenient: [number-from-text, null-for-absent]\n"),
        ("        x-lenient: [number-from-text]\n", "x-lenient: null-for-absent\n"),
        ("        traits: [{x-lenient: [number-from-text, null-for-absent]}]\n", ""),
    ],
)
def test_the_leniencies_of_message_and_document_reach_the_topic(bench: Workbench, extra: str, of_document: str) -> None:
    bench.write(payload("{$ref: '#/components/schemas/Pair'}", extra, of_document))
    assert bench.warnings() == []
    topic = import_module(f"{bench.load().__name__}.topics").A_
    assert set(topic.lenient) == {"number-from-text", "null-for-absent"}
    read = Decoder(topic).decode(Incoming("a", b'{"p": {"a": "1"}}')).data
    assert read.p.a == 1
    assert Decoder(topic).decode(Incoming("a", b'{"p": null}')).data.p is None


def test_null_is_absent_only_for_the_fields_that_say_so(bench: Workbench) -> None:
    bench.write(payload("{type: integer, x-lenient: [null-for-absent]}"))
    assert passed_on(bench.load().A, {"p": None}) == {}
    bench.write(payload("{type: integer, default: 5, x-lenient: [null-for-absent, empty-text-for-absent]}"))
    model = bench.load().A
    assert (received(model, {"p": None}).p, received(model, {"p": ""}).p, received(model, {}).p) == (5, 5, 5)
    bench.write(payload("{type: integer}"))
    with pytest.raises(Refused):
        received(bench.load().A, {"p": None})


def test_a_list_of_lenient_values_may_have_a_default(bench: Workbench) -> None:
    bench.write(payload("{type: array, items: {type: integer, x-lenient: [number-from-text]}, default: [1, 2]}"))
    model = bench.load().A
    assert model().p == [1, 2]
    assert received(model, {"p": ["3"]}).p == [3]


@pytest.mark.parametrize("written", ["[number-from-txt]", "numbers", "[5]", "{a: b}", "[[number-from-text]]", "true"])
@pytest.mark.parametrize("place", ["field", "message", "document"])
def test_an_unknown_leniency_is_an_error_at_its_line(bench: Workbench, written: str, place: str) -> None:
    extension = f"x-lenient: {written}"
    texts = {
        "field": payload(f"{{type: integer, {extension}}}"),
        "message": payload("{type: integer}", f"        {extension}\n"),
        "document": payload("{type: integer}", of_document=f"{extension}\n"),
    }
    bench.write(texts[place])
    lines = {"field": 12, "message": 9, "document": 3}
    errors = bench.errors()
    assert len(errors) == 1
    assert errors[0].startswith(f"test.yaml:{lines[place]}:")
    assert " TW241 x-lenient has no " in errors[0]
    assert "number-from-text" in errors[0]  # the hint


@pytest.mark.parametrize(
    "schema",
    [
        "{type: string, x-lenient: [number-from-text]}",
        "{type: object, properties: {}, x-lenient: [number-from-text]}",
        "{type: array, items: {type: integer}, x-lenient: [number-from-text]}",
        "{x-lenient: [number-from-text]}",
        "{type: [integer, string], x-lenient: [number-from-text]}",
        "{oneOf: [{type: integer}, {type: string, format: date-time}], x-lenient: [number-from-text]}",
        "{type: integer, x-lenient: [boolean-from-text]}",
        "{type: [boolean, integer], x-lenient: [boolean-from-number]}",
        "{type: string, format: date-time, x-lenient: [text-from-number]}",
        "{type: string, x-lenient: [time-from-number]}",
        "{type: string, x-lenient: [text-in-any-case]}",
        "{type: [integer, 'null'], x-lenient: [null-for-absent]}",
        "{type: string, x-lenient: [empty-text-for-absent]}",
        "{type: array, items: {type: integer, x-lenient: [null-for-absent]}}",
        "{type: object, required: [q], properties: {q: {type: integer, x-lenient: [null-for-absent]}}}",
    ],
)
def test_a_leniency_that_the_type_has_no_use_for_is_reported(bench: Workbench, schema: str) -> None:
    bench.write(payload(schema))
    found = [warning for warning in bench.warnings() if " TW434 " in warning]
    assert len(found) == 1
    assert found[0].startswith("test.yaml:12:")
    assert "it is for " in found[0]


@pytest.mark.parametrize("place", ["message", "document"])
@pytest.mark.parametrize(
    ("schema", "name", "used"),
    [
        ("{type: integer}", "number-from-text", True),
        ("{type: array, items: {type: object, properties: {n: {type: number}}}}", "number-from-text", True),
        ("{type: object, additionalProperties: {type: [boolean, 'null']}}", "boolean-from-text", True),
        ("{oneOf: [{type: 'null'}, {type: object, properties: {n: {type: number}}}]}", "number-from-text", True),
        ("{$ref: '#/components/schemas/L'}", "number-from-text", True),
        ("{type: integer}", "null-for-absent", True),
        ("{type: string}", "number-from-text", False),
        ("{type: [integer, string]}", "number-from-text", False),
        ("{type: [integer, 'null']}", "null-for-absent", False),
        ("{type: string}", "empty-text-for-absent", False),
        ("{}", "time-from-number", False),
    ],
)
def test_a_leniency_of_a_message_or_a_document_is_reported_where_no_value_is_for_it(
    bench: Workbench, place: str, schema: str, name: str, used: bool
) -> None:
    extension = f"x-lenient: [{name}]\n"
    of_message = place == "message"
    bench.write(payload(schema, f"        {extension}") if of_message else payload(schema, of_document=extension))
    found = [warning for warning in bench.warnings() if " TW434 " in warning]
    assert len(found) == (0 if used else 1)
    assert all(warning.startswith(f"test.yaml:{9 if of_message else 3}:") for warning in found)
    [topic] = bench.compile().catalog.domains[0].topics
    assert topic.lenient == ((name,) if used else ())


def test_a_leniency_of_a_document_is_used_if_one_of_its_messages_has_a_use_for_it(bench: Workbench) -> None:
    other = "x-lenient: [number-from-text]\nchannels:\n  b: {address: b, messages: {N: {payload: {type: string}}}}\n"
    bench.write(payload("{type: integer}").replace("channels:\n", other))
    assert not [warning for warning in bench.warnings() if " TW434 " in warning]


def test_the_names_are_those_that_the_runtime_reads() -> None:
    assert set(SOURCES) | set(ABSENT) == set(LENIENCIES)


def test_every_name_is_in_the_documentation_with_an_example() -> None:
    text = (ROOT / "docs" / "catalog.md").read_text("utf-8")
    assert [name for name in LENIENCIES if f"| `{name}` |" not in text] == []


def test_a_change_of_a_leniency_makes_the_domain_again(bench: Workbench) -> None:
    schemas = ["{type: integer}", "{type: integer, x-lenient: [number-from-text]}"]
    schemas += ["{type: array, items: {type: integer}}"]
    schemas += ["{type: array, items: {type: integer, x-lenient: [number-from-text]}}"]
    made: set[str] = set()
    for schema in schemas:
        bench.write(payload(schema))
        made |= set(domain_fingerprints(bench.compile().catalog).values())
    assert len(made) == len(schemas)


def test_a_catalog_without_leniencies_has_no_trace_of_them(bench: Workbench) -> None:
    bench.write(payload("{type: integer}"))
    assert not any("enient" in text for text in bench.compile().package.files.values())
