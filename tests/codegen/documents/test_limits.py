"""Documents that could keep a compiler busy for ever, or crash its libraries, end soon with a diagnostic."""

from __future__ import annotations

import json
from typing import Any

import pytest
from topicwright_codegen.diagnostics.diagnostics import CompileError

from tests.codegen.support.workbench import Workbench

pytestmark = pytest.mark.timeout(20)


def ref(number: int) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/S{number}"}


def fan_out(kind: str, depth: int = 40, last: Any = None) -> dict[str, Any]:
    """Return schemas of which each has the next one twice: 2 to the power of ``depth`` in all."""
    body: dict[str, Any] = {"type": "object", "properties": {"a": {}}} if kind == "then" else {}
    schemas = {f"S{n}": {**body, kind: ref(n + 1), "else": ref(n + 1)} for n in range(depth)}
    if kind != "then":
        schemas = {f"S{n}": {kind: [ref(n + 1), ref(n + 1)]} for n in range(depth)}
    return {**schemas, f"S{depth}": last or {"type": "object", "properties": {"z": {"type": "string"}}}}


def write(bench: Workbench, payload: object, schemas: dict[str, Any] | None = None) -> None:
    channels = {"a": {"address": "a", "messages": {"M": {"payload": payload}}}}
    document = {"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}, "channels": channels}
    bench.write(json.dumps({**document, "components": {"schemas": schemas or {}}}), "test.json", head="")


@pytest.mark.parametrize("kind", ["allOf", "oneOf", "anyOf", "then"])
@pytest.mark.parametrize("last", [None, {"type": "string"}])
def test_references_that_fan_out_are_followed_once(bench: Workbench, kind: str, last: Any) -> None:
    write(bench, ref(0), fan_out(kind, last=last))
    assert "a/topics.py" in bench.compile().package.files


def test_huge_union_is_typed_as_any(bench: Workbench) -> None:
    write(bench, {"anyOf": [{"type": "object", "properties": {f"a{n}": {}}} for n in range(1000)]})
    assert "TW425" in bench.warnings()[0]
    assert "class M(RootModel[Any])" in bench.compile().package.files["a/models.py"]


@pytest.mark.parametrize(
    ("payload", "schemas"),
    [
        (ref(0), {f"S{n}": ref(n + 1) for n in range(500)} | {"S500": {"type": "string"}}),
        (ref(0), {"S0": {"$ref": "#/components/schemas/S0"}}),
        ({"type": "number", "multipleOf": 0}, None),
        ({"type": "string", "minLength": -1}, None),
        ({"type": "object", "required": [1]}, None),
        ({"type": "object", "properties": [1]}, None),
        ("text", None),
        ({"oneOf": {"a": 1}}, None),
        ({"oneOf": []}, None),
        ({"enum": {"a": 1}}, None),
        ({"type": {"a": 1}}, None),
        ({"$ref": 3}, None),
        ({"$ref": "#/%zz/\0/~9"}, None),
        ({"$ref": "a\0b.json"}, None),
        ({"$ref": "x" * 10_000}, None),
        ({"$ref": "."}, None),
    ],
)
def test_nonsense_is_a_diagnostic_and_not_a_traceback(
    bench: Workbench, payload: object, schemas: dict[str, Any] | None
) -> None:
    write(bench, payload, schemas)
    with pytest.raises(CompileError):
        bench.compile()


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "array", "prefixItems": [{}], "minItems": 10**12, "maxItems": 10**12},
        {"type": "integer", "maximum": 10**300},
        {"type": "string", "pattern": "(a+)+$" * 100},
        {"type": "string", "pattern": "(((a{1,999}){1,999}){1,999}){1,999}"},
        {"type": "object", "properties": {"x" * 10_000: {"type": "string"}}},
        {"type": "object", "properties": {"-" * n + "a": {"type": "string"} for n in range(300)}},
        {"type": "object", "properties": {"a": {"default": json.loads("[" * 60 + "]" * 60)}}},
        {"type": "array", "items": {"$ref": "#/channels/a/messages/M/payload"}},
    ],
)
def test_extreme_documents_compile(bench: Workbench, payload: object) -> None:
    write(bench, payload)
    assert "a/topics.py" in bench.compile().package.files
