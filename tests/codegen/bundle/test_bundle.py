"""A bundle is one valid document with the same meaning as the catalog: it compiles to the same package."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any, Literal

import pytest
from jsonschema_rs import validator_for
from topicwright import Model, NoHeaders, NoParams, Topic
from topicwright.codec.envelope import encode
from topicwright_codegen.asyncapi.validation.published_schema import wrong_places
from topicwright_codegen.bundle.invalid_bindings import BUNDLE_VERSION
from topicwright_codegen.bundle.serialization import as_json, as_yaml
from topicwright_codegen.cli import main
from topicwright_codegen.commands.bundle import bundle_catalog
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.documents.yaml_reader import read_yaml
from topicwright_codegen.project.config import Config

from tests.codegen.support.corpus import REASON, Row, rows
from tests.codegen.support.golden import NAMES
from tests.codegen.support.golden import config as golden
from tests.codegen.support.workbench import Workbench
from tests.paths import GOLDEN, ROOT

SAMPLES = [row for row in rows() if row.valid][::24]
WIRES = ("tars", "cloudevents")


def bundled(config: Config) -> dict[str, Any]:
    return bundle_catalog(config, Diagnostics())


def package_of(config: Config) -> dict[str, str]:
    return dict(compile_catalog(config).package.files)


def recompiled(config: Config, folder: Path, name: str = "bundle.yaml") -> tuple[dict[str, str], dict[str, Any]]:
    """Write the bundle of a catalog; return the package of the written file, and its bundle."""
    path = folder / name
    path.write_text((as_json if path.suffix == ".json" else as_yaml)(bundled(config)), encoding="utf-8")
    again = Config((path,), config.package, folder / "out", title=config.title, aliases=config.aliases)
    return package_of(again), bundled(again)


@pytest.mark.parametrize("name", NAMES)
def test_bundle_of_a_golden_catalog_has_the_expected_bytes(name: str) -> None:
    """To update: topicwright bundle --source tests/golden/X/catalog --output tests/golden/X/bundle.yaml.

    With ``--map`` as in test_golden.py.
    """
    config = golden(name)
    assert as_yaml(bundled(config)) == (GOLDEN / name / "bundle.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_bundle_compiles_to_the_package_of_the_catalog(name: str, tmp_path: Path) -> None:
    config = golden(name)
    package, again = recompiled(config, tmp_path)
    assert package == package_of(config)
    assert again == bundled(config)


def test_bundle_of_tars_compiles_to_the_package_of_tars(tmp_path: Path) -> None:
    config = Config((ROOT / "schema",), "tars", Path("out"), title="TARS", project=ROOT)
    package, again = recompiled(config, tmp_path, "tars.json")
    assert package == package_of(config)
    assert again == bundled(config)
    assert list(wrong_places(BUNDLE_VERSION[:3], again)) == []


@pytest.mark.skipif(not SAMPLES, reason=REASON)
@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row.id)
def test_bundle_of_a_real_document_compiles_to_its_package(row: Row, tmp_path: Path) -> None:
    config = Config((row.source,), row.package, Path("out"), access=row.access)
    package, again = recompiled(config, tmp_path)
    assert package == package_of(config)
    assert list(wrong_places(BUNDLE_VERSION[:3], again)) == []


class Data(Model):
    a: int


@pytest.mark.parametrize("wire", WIRES)
def test_payload_of_a_bundle_accepts_what_the_runtime_writes(bench: Workbench, wire: Literal["tars"]) -> None:
    payload = payload_of(bench, wire)
    topic = Topic("a/b", "thing.done", model=Data, params=NoParams, headers=NoHeaders, wire=wire)
    written = json.loads(encode(topic, Data(a=1), message_id="1", source="me", ts=0.5))
    check = validator_for(payload)
    assert set(written) == set(payload["properties"])
    assert check.is_valid(written)
    assert not check.is_valid({**written, "data": {"a": "x"}})
    assert not check.is_valid({**written, "type": "other"})
    assert check.is_valid({**written, "type": "thing.former"})


def payload_of(bench: Workbench, wire: str) -> dict[str, Any]:
    bench.write(
        "channels:\n  c:\n    address: a/b\n    messages:\n      M:\n        name: thing.done\n"
        f"        x-envelope: {wire}\n        x-renamed-from: thing.former\n"
        "        correlationId: {location: $message.payload#/a}\n"
        "        payload: {type: object, required: [a], properties: {a: {type: integer}}}\n"
    )
    message = bundled(bench.config)["channels"]["c"]["messages"]["M"]
    assert message["correlationId"] == {"location": "$message.payload#/data/a"}
    payload: dict[str, Any] = message["payload"]
    return payload


def test_examples_get_the_envelope_of_their_message(bench: Workbench) -> None:
    text = "        examples: [{name: one, payload: {a: 1}}]\n        payload: {type: object}\n"
    head = "channels:\n  c:\n    address: a\n    messages:\n      M:\n        x-envelope: tars\n"
    bench.write(head + text)
    message = bundled(bench.config)["channels"]["c"]["messages"]["M"]
    assert message["examples"][0]["payload"]["data"] == {"a": 1}
    assert validator_for(message["payload"]).is_valid(message["examples"][0]["payload"])


def test_two_files_with_the_same_names_are_not_mixed(bench: Workbench, tmp_path: Path) -> None:
    for name, kind in (("one", "string"), ("two", "integer")):
        bench.write(
            f"channels:\n  c:\n    address: {name}/x\n    messages:\n      M:\n        name: {name}.done\n"
            "        payload: {$ref: '#/components/schemas/Thing'}\n"
            f"components: {{schemas: {{Thing: {{type: object, properties: {{v: {{type: {kind}}}}}}}}}}}\n",
            f"{name}.yaml",
        )
    package, again = recompiled(bench.config, tmp_path)
    assert package == package_of(bench.config)
    assert again["channels"]["two.c"] == {"$ref": "#/components/x-files/catalog~1two.yaml/channels/c"}
    assert set(again["components"]["x-files"]["catalog/two.yaml"]) == {"channels", "schemas"}


@pytest.mark.parametrize("dynamic", [False, True])
def test_a_bundle_has_pointers_in_place_of_ids(bench: Workbench, tmp_path: Path, dynamic: bool) -> None:
    order = {
        "$id": "https://x.org/order",
        "type": "object",
        "properties": {
            "x": {"$ref": "part"},
            "y": {"$dynamicRef": "#n"} if dynamic else {},
            "z": {"$ref": "#/$defs/in"},
        },
        "$defs": {
            "part": {"$id": "part", "$ref": "#n", "$defs": {"n": {"$anchor": "n", "type": "integer"}}},
            "in": {"$dynamicAnchor": "n", "type": "string"},
        },
    }
    schema = {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": order}
    payload = {"payload": {"$ref": "#/components/schemas/Order"}}
    channels = json.dumps({"a": {"address": "a", "messages": {"M": payload}}})
    bench.write(f"channels: {channels}\ncomponents: {json.dumps({'schemas': {'Order': schema}})}\n")
    diagnostics = Diagnostics()
    text = as_yaml(bundle_catalog(bench.config, diagnostics))
    assert not any(word in text for word in ("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$defs"))
    left_out = "'$dynamicRef' is left out of the bundle, which accepts any value there"
    assert (left_out in [one.message for one in diagnostics.recorded]) == dynamic
    assert (recompiled(bench.config, tmp_path)[0] == package_of(bench.config)) != dynamic


def test_what_has_no_name_is_called_the_same_in_a_bundle(bench: Workbench, tmp_path: Path) -> None:
    frost, leak = ({"type": "object", "required": ["k"], "properties": {"k": {"const": k}}} for k in ("frost", "leak"))
    name = "com.acme.dto.Alarm"
    channels: dict[str, Any] = {
        "one": {
            "address": "a/{site}/x",
            "parameters": {"site": {"enum": ["kiel", "rome"]}},
            "messages": {name: {"payload": {"$ref": f"#/components/schemas/{name}"}}},
        },
        "two": {
            "address": "a/{site}/y",
            "parameters": {"site": {"$ref": "#/components/parameters/Harbour"}},
            "messages": {"m": {"title": "M", "payload": {"oneOf": [frost, leak]}}},
        },
    }
    components = {"schemas": {name: {"oneOf": [frost, leak]}}, "parameters": {"Harbour": {"enum": ["kiel"]}}}
    bench.write(f"channels: {json.dumps(channels)}\ncomponents: {json.dumps(components)}\n")
    package = package_of(bench.config)
    assert all(text in package["a/topics.py"] for text in ("Harbour: TypeAlias", "class AlarmParams"))
    assert recompiled(bench.config, tmp_path)[0] == package


def test_messages_of_asyncapi_2_without_a_name_are_called_the_same_in_a_bundle(
    bench: Workbench, tmp_path: Path
) -> None:
    messages = [{"title": "Light On", "payload": {"type": "integer"}}, {"payload": {"type": "string"}}]
    channels = {"a/b": {"publish": {"operationId": "onLight", "message": {"oneOf": messages}}}}
    bench.write(f"channels: {json.dumps(channels)}\n", head="asyncapi: 2.6.0\ninfo: {title: Test, version: 1.0.0}\n")
    assert recompiled(bench.config, tmp_path)[0] == package_of(bench.config)


def test_a_binding_that_asyncapi_3_refuses_is_kept_as_an_extension(bench: Workbench) -> None:
    head = "asyncapi: 2.0.0\ninfo: {title: T, version: 1.0.0}\n"
    bindings = "    bindings: {odd: {x: 1}, kafka: {partitions: 1}}\n"
    bench.write(f"channels:\n  a/b:\n{bindings}    publish: {{message: {{payload: {{}}}}}}\n", head=head)
    channel = bundled(bench.config)["channels"]["a/b"]
    assert channel["x-bindings"] == {"odd": {"x": 1}}
    assert channel["bindings"] == {"kafka": {"partitions": 1}}


def test_an_extension_of_others_that_no_table_lists_means_nothing(bench: Workbench, message: Any) -> None:
    bench.write(message("{type: object}").replace("    address", "    x-domain: other\n    address"))
    assert {domain.name for domain in bench.compile().catalog.domains} == {"a"}
    assert "a/models.py" in package_of(bench.config)


def test_a_pointer_to_no_data_is_an_error_at_its_line(bench: Workbench, message: Any) -> None:
    bench.write(message("{type: object}") + "        x-envelope: tars\n        x-envelope-data: /properties/data\n")
    (error,) = bench.errors()
    assert error.startswith("test.yaml:11:9: TW230 x-envelope-data '/properties/data' is not in the payload")


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "no",
        "012",
        "0o7",
        "0x1f",
        "1e3",
        "1_000",
        "~",
        "null",
        "True",
        "",
        "2026-01-01",
        ".inf",
        "a\nb\n",
        "\u0085 x",
        "- a",
        "+1",
    ],
)
def test_yaml_of_a_bundle_reads_a_text_as_the_text(text: str) -> None:
    assert read_yaml(as_yaml({"key": text, text: 1})) == {"key": text, text: 1}


def test_command_writes_yaml_or_json_to_a_file_or_standard_output(
    bench: Workbench, message: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.write(message("{type: object}"))
    target = bench.folder / "bundle.json"
    source = ["--source", str(bench.catalog)]
    assert main(["bundle", *source, "--output", str(target)]) == 0
    capsys.readouterr()
    assert main(["bundle", *source]) == 0
    document = json.loads(target.read_text(encoding="utf-8"))
    assert read_yaml(capsys.readouterr().out) == document == bundled(bench.config)
    assert main(["bundle", *source, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == document


def test_catalog_with_an_error_has_no_bundle(bench: Workbench, message: Any) -> None:
    bench.write(message("{$ref: '#/nowhere'}"))
    with pytest.raises(CompileError, match="TW105"):
        bundled(bench.config)
    target = bench.folder / "bundle.yaml"
    assert main(["bundle", "--source", str(bench.catalog), "--output", str(target)]) == 1
    assert not target.exists()


def test_no_text_of_a_bundle_becomes_code(bench: Workbench) -> None:
    evil = '"x\\"\\"\\"\\r\\nimport evil\\u2028import evil"'
    bench.write(
        f"x-origin: {evil}\nx-domains: {{{evil}: {{title: {evil}, x-origin: {evil}}}}}\n"
        f"x-services: {{{evil}: {{title: {evil}, x-origin: {evil}}}}}\n"
        f"channels:\n  c:\n    address: a/b\n    x-domain: {evil}\n    messages: {{M: {{payload: {{type: object}}}}}}\n"
        f"operations:\n  o: {{action: send, channel: {{$ref: '#/channels/c'}}, x-service: {evil}}}\n"
    )
    for path, text in package_of(bench.config).items():
        nodes = ast.walk(ast.parse(text)) if path.endswith(".py") else ()
        assert not [node for node in nodes if isinstance(node, ast.Import) and node.names[0].name == "evil"], path


@pytest.mark.parametrize("pointer", ["/properties/data", "properties/data"])
def test_pointer_to_the_data_needs_its_slash(bench: Workbench, pointer: str) -> None:
    bench.write(
        "channels:\n  a:\n    address: a\n    messages:\n      M:\n        x-envelope: tars\n"
        f"        x-envelope-data: {pointer}\n        correlationId: {{location: '$message.payload#/data/id'}}\n"
        "        payload: {type: object, properties: {data: {type: object, properties: {id: {type: string}}}}}\n"
    )
    assert any("TW111" in found for found in bench.warnings()) is (pointer[0] != "/")
    files = bench.compile().package.files
    assert 'correlation="id"' in files["a/topics.py"]
