"""Texts of a catalog are the same texts in Python; other values are refused. test_attacks.py has the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.project.config import Config

from tests.paths import RUNTIME

ATTACK = '\\"""\nraise SystemExit(9)\n#'


def document(**changed: Any) -> dict[str, Any]:
    """Return a document in which every place that takes text can be set."""
    text: Callable[[str, str], str] = lambda key, plain: changed.get(key, plain)  # noqa: E731 - shorter than a def
    schema = {
        "type": "object",
        "title": text("title", "t"),
        "description": text("schema", "d"),
        "required": ["p"],
        "properties": {
            "p": {"type": "string", "description": text("field", "d"), "x-unit": text("unit", "s")},
            text("property", "q"): {"type": "string"},
            "r": {"type": "string", "default": text("default", "x")},
            "s": {"enum": ["a", text("enum", "b")]},
            "t": {"const": text("const", "c")},
            "u": {"type": "string", "pattern": text("pattern", "a")},
            "v": {"type": "object", "default": {text("object default", "k"): text("object default", "v")}},
            "w": {"type": "array", "items": {"type": "string"}, "default": [text("list default", "v")]},
            "x": {
                "oneOf": [{"title": text("branch", "A"), "type": "object", "properties": {"a": {}}}, {"type": "null"}]
            },
        },
    }
    message = {
        "name": text("name", "ev.ent"),
        "summary": text("summary", "s"),
        "description": text("description", "d"),
        "contentType": text("content type", "application/json"),
        "x-renamed-from": text("former", "old"),
        "headers": {"type": "object", "properties": {text("header", "h"): {"type": "string"}}},
        "payload": {"$ref": "#/components/schemas/S"},
    }
    channel = {
        "address": text("address", "a/b") + "/{p}",
        "messages": {text("message key", "M"): message},
        "parameters": {"p": {"description": text("parameter", "d"), "enum": [text("parameter enum", "e")]}},
    }
    info = {"title": text("info", "T"), "version": "1", "description": text("info", "d")}
    operation = {"action": "send", "summary": text("operation", "s"), "channel": {"$ref": "#/channels/c"}}
    mqtt = {"clientId": text("client id", "c"), "lastWill": {"topic": text("will", "a/b")}}
    server = {"host": "h", "protocol": text("protocol", "mqtt"), "description": text("server", "d")}
    variables = {"v": {"description": text("variable", "d"), "default": text("variable", "x")}}
    return {
        "asyncapi": "3.0.0",
        "info": info,
        "servers": {text("server key", "s"): {**server, "variables": variables, "bindings": {"mqtt": mqtt}}},
        "channels": {"c": channel},
        "operations": {"o": operation},
        "components": {"schemas": {"S": schema}},
    }


def compiled(folder: Path, name: str, changed: dict[str, str]) -> bool:
    """Write the package ``name``; False where the document was refused."""
    source = folder / f"{name}.json"
    source.write_text(json.dumps(document(**changed)), encoding="utf-8")
    try:
        compile_catalog(Config((source,), name, folder / "out")).package.write()
    except CompileError:
        return False
    return True


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    assert not compiled(tmp_path, "sdk", {"schema": "\ud800"})


def test_values_survive_as_they_are(tmp_path: Path) -> None:
    """What is escaped on the way into Python is the same text again there."""
    attack = ATTACK
    source = tmp_path / "catalog.json"
    source.write_text(json.dumps(document(default=attack, enum=attack, const=attack)), encoding="utf-8")
    compile_catalog(Config((source,), "sdk", tmp_path / "out")).package.write()
    program = (
        "import sys\nfrom sdk.a import S\n"
        "print(S(p='x', s=sys.argv[1], t=sys.argv[1]).model_dump_json(include={'r', 's', 't'}))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path / "out"), str(RUNTIME)))}
    done = subprocess.run(
        [sys.executable, "-c", program, attack], env=environment, capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout or "{}") == {"r": attack, "s": attack, "t": attack}, done.stderr
