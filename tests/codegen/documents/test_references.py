"""Every way to write ``$ref``: the payload that it leads to is an object with the field ``x``."""

from __future__ import annotations

import json

import pytest
from topicwright_codegen.documents.reference import Reference

from tests.codegen.support.workbench import HEAD, Workbench

THING = "{type: object, properties: {x: {type: string}}}"
JSON_THING = {"type": "object", "properties": {"x": {"type": "string"}}}
INSIDE = {
    "component": ("#/components/schemas/Thing", f"components: {{schemas: {{Thing: {THING}}}}}\n"),
    "through another reference": (
        "#/components/schemas/Alias",
        f"components: {{schemas: {{Alias: {{$ref: '#/components/schemas/Thing'}}, Thing: {THING}}}}}\n",
    ),
    "payload of a message": (
        "#/components/messages/Other/payload",
        f"components: {{messages: {{Other: {{payload: {THING}}}}}}}\n",
    ),
    "below a reference": (
        "#/components/schemas/Outer/properties/inner",
        "components: {schemas: {Outer: {$ref: '#/components/schemas/Real'}, "
        f"Real: {{type: object, properties: {{inner: {THING}}}}}}}}}\n",
    ),
    "into channels": (
        "#/channels/b~1c/messages/N/payload",
        f"  b/c: {{address: b/c, messages: {{N: {{payload: {THING}}}}}}}\n",
    ),
    "into an array": (
        "#/components/schemas/Any/oneOf/1",
        f"components: {{schemas: {{Any: {{oneOf: [{{type: string}}, {THING}]}}}}}}\n",
    ),
    "percent escape": ("#/components/schemas/a%20b", f"components: {{schemas: {{a b: {THING}}}}}\n"),
    "escaped slash and tilde": ("#/components/schemas/a~1b~0c", f"components: {{schemas: {{a/b~c: {THING}}}}}\n"),
    "percent and slash": ("#/components/schemas/%C3%A9~1x", f"components: {{schemas: {{é/x: {THING}}}}}\n"),
    "definitions of draft 7": (
        "#/components/schemas/Box/definitions/Thing",
        f"components: {{schemas: {{Box: {{definitions: {{Thing: {THING}}}}}}}}}\n",
    ),
    "$defs": (
        "#/components/schemas/Box/$defs/Thing",
        f"components: {{schemas: {{Box: {{$defs: {{Thing: {THING}}}}}}}}}\n",
    ),
    "$anchor": ("#thing", f"components: {{schemas: {{Thing: {THING.replace('{', '{$anchor: thing, ', 1)}}}}}\n"),
    "$id": (
        "https://example.com/thing",
        f"components: {{schemas: {{Thing: {THING.replace('{', '{$id: https://example.com/thing, ', 1)}}}}}\n",
    ),
}
FILES = {
    "whole yaml file": ("thing.yaml", {"thing.yaml": THING}),
    "whole json file": ("thing.json", {"thing.json": json.dumps(JSON_THING)}),
    "folder and dots": ("./types/../types/thing.yaml", {"types/thing.yaml": THING}),
    "pointer into a file": ("types.yaml#/a/b", {"types.yaml": f"a: {{b: {THING}}}\n"}),
    "$defs of a file": ("types.json#/$defs/T", {"types.json": json.dumps({"$defs": {"T": JSON_THING}})}),
    "$anchor of a file": ("types.json#t", {"types.json": json.dumps({"$defs": {"T": {"$anchor": "t", **JSON_THING}}})}),
    "space in its name": ("my%20types/thing.yaml", {"my types/thing.yaml": THING}),
    "from file to file": (
        "a.yaml",
        {"a.yaml": "{$ref: 'deep/b.json#/T'}", "deep/b.json": '{"T": {"$ref": "../c.yaml"}}', "c.yaml": THING},
    ),
}


def write(bench: Workbench, reference: str, rest: str = "", beside: str = "") -> None:
    bench.write(
        f"channels:\n  a: {{address: a, messages: {{M: {{payload: {{$ref: '{reference}'{beside}}}}}}}}}\n{rest}"
    )


def payload_of(bench: Workbench) -> str:
    """Return the models of the SDK, which has no error; it imports."""
    bench.load()
    return bench.compile().package.files["a/models.py"]


@pytest.mark.parametrize(("reference", "rest"), INSIDE.values(), ids=list(INSIDE))
def test_reference_inside_a_document(bench: Workbench, reference: str, rest: str) -> None:
    write(bench, reference, rest)
    assert "    x: Omittable[str] = None" in payload_of(bench)


@pytest.mark.parametrize(("reference", "files"), FILES.values(), ids=list(FILES))
def test_reference_to_other_files(bench: Workbench, reference: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        bench.write(text, name, head="")
    write(bench, reference)
    texts = bench.compile().package.files
    bench.load()
    assert any("    x: Omittable[str] = None" in text for name, text in texts.items() if name.endswith("models.py"))


def test_cycle_over_two_files(bench: Workbench) -> None:
    bench.write("{type: object, properties: {x: {type: string}, b: {$ref: b.json}}}", "a.yaml", head="")
    bench.write('{"type": "object", "properties": {"a": {"$ref": "a.yaml"}}}', "b.json", head="")
    write(bench, "a.yaml")
    module = bench.load()
    value = {"x": "1", "b": {"a": {"x": "2", "b": {}}}}
    assert module.A.model_validate(value).model_dump(mode="json", exclude_none=True) == value


def test_keywords_beside_a_reference_describe_and_do_not_constrain(bench: Workbench) -> None:
    write(bench, "#/components/schemas/T", "components: {schemas: {T: {type: string}}}\n", ", maxLength: 3")
    (warning,) = bench.warnings()
    assert "TW416 warning: 'maxLength' beside $ref means nothing" in warning
    write(bench, "#/components/schemas/T", "components: {schemas: {T: {type: string}}}\n", ", description: A text.")
    assert bench.warnings() == []


def test_a_reference_of_each_document_is_to_its_own_parts(bench: Workbench) -> None:
    other = "channels:\n  b: {address: b, messages: {N: {payload: {$ref: '#/components/schemas/Thing'}}}}\n"
    bench.write(other + "components: {schemas: {Thing: {type: integer}}}\n", "other.yaml", head=HEAD)
    write(bench, "#/components/schemas/Thing", f"components: {{schemas: {{Thing: {THING}}}}}\n")
    files = bench.compile().package.files
    assert "x: Omittable[str]" in files["test/models.py"]
    assert "int" in files["other/models.py"]


@pytest.mark.parametrize(
    ("text", "kind", "is_anchor"),
    [
        ("#/components/schemas/A", "local", False),
        ("#", "local", False),
        ("#named", "local", True),
        ("types/a.yaml", "file", False),
        ("../a.yaml#/b", "file", False),
        ("a.yaml#named", "file", True),
        ("https://example.org/a.json#/b", "url", False),
        ("//example.org/a.json", "url", False),
        ("urn:a:b", "url", False),
        ("c:/a.yaml", "file", False),
    ],
)
def test_a_reference_is_parsed_once(text: str, kind: str, is_anchor: bool) -> None:
    reference = Reference.parse(text)
    assert (reference.kind, bool(reference.anchor)) == (kind, is_anchor)
