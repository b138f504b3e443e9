"""Where an AsyncAPI document, or a file that is no single schema, has schemas that can have an ``$id``."""

from __future__ import annotations

from pathlib import Path

import pytest
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source

from tests.codegen.support.workbench import Workbench

HEAD = "asyncapi: 3.0.0\n"
ID = "{$id: 'http://x.org/a', title: right}"
ESCAPED = '"\\u0024id"'
DRAFT_7, AVRO = "application/schema+json;version=draft-07", "application/vnd.apache.avro;version=1.9.0"
NAMED = {
    "a component": f"{HEAD}components: {{schemas: {{A: {ID}}}}}",
    "a component called like a keyword": f"{HEAD}components: {{schemas: {{type: {{type: object}}, items: {ID}}}}}",
    "a payload": f"{HEAD}channels: {{c: {{messages: {{M: {{payload: {ID}}}}}}}}}",
    "a part of headers": f"{HEAD}components: {{messages: {{M: {{headers: {{properties: {{h: {ID}}}}}}}}}}}",
    "below a channel called payload": f"{HEAD}channels: {{payload: {{messages: {{headers: {{payload: {ID}}}}}}}}}",
    "a multi format schema": (f"{HEAD}components: {{schemas: {{A: {{schemaFormat: {DRAFT_7}, schema: {ID}}}}}}}"),
    "an alternative message of AsyncAPI 2": (
        f"asyncapi: 2.6.0\nchannels: {{c: {{publish: {{message: {{oneOf: [{{payload: {ID}}}]}}}}}}}}"
    ),
    "a parameter of AsyncAPI 2": f"asyncapi: 2.6.0\nchannels: {{c: {{parameters: {{p: {{schema: {ID}}}}}}}}}",
    "a channel beside a reference": (
        f"asyncapi: 2.6.0\nchannels: {{c: {{$ref: '#/x', publish: {{message: {{payload: {ID}}}}}}}}}"
    ),
    "an extension": f"{HEAD}x-types: {{A: {ID}}}",
    "a file of schemas": f"A: {{type: string}}\nB: {{deeper: {ID}}}",
    "a file of channels": f"c: {{address: a, messages: {{M: {{payload: {ID}}}}}}}",
    "a file of a message": f"name: M\npayload: {ID}",
    "a file of components": f"components: {{schemas: {{A: {ID}}}}}",
    "a key that is written with an escape": f"{HEAD}components: {{schemas: {{A: {ID.replace('$id', ESCAPED)}}}}}",
}
NOT_NAMED = {
    "an example of a message": f"{HEAD}components: {{messages: {{M: {{examples: [{{payload: {ID}}}]}}}}}}",
    "an example of a schema": f"{HEAD}components: {{schemas: {{A: {{examples: [{ID}]}}}}}}",
    "a constant": f"{HEAD}components: {{schemas: {{A: {{const: {ID}}}}}}}",
    "an unknown keyword": f"{HEAD}components: {{schemas: {{A: {{unknown: {ID}}}}}}}",
    "a schema of another format": (f"{HEAD}components: {{schemas: {{A: {{schemaFormat: {AVRO}, schema: {ID}}}}}}}"),
    "a payload of another format": (
        f"asyncapi: 2.6.0\ncomponents: {{messages: {{M: {{schemaFormat: {AVRO}, payload: {ID}}}}}}}"
    ),
    "a channel": f"{HEAD}channels: {{c: {ID.replace('title', 'address')}}}",
}


def found(folder: Path, text: str) -> Node | None:
    (folder / "doc.yaml").write_text(text, encoding="utf-8")
    (folder / "user.yaml").write_text("a: {$ref: 'http://x.org/a'}\nb: {$ref: doc.yaml}\n", encoding="utf-8")
    source = Source.of([folder], Diagnostics())
    user = source.load(folder / "user.yaml")
    assert user is not None
    return source.child(user.root, "a")


@pytest.mark.parametrize("text", NAMED.values(), ids=list(NAMED))
def test_a_schema_of_a_document_has_its_id(tmp_path: Path, text: str) -> None:
    node = found(tmp_path, text)
    assert node is not None
    assert node.value == {"$id": "http://x.org/a", "title": "right"}


@pytest.mark.parametrize("text", NOT_NAMED.values(), ids=list(NOT_NAMED))
def test_what_is_no_schema_has_no_id(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) is None


@pytest.mark.parametrize("format_", ["", "schemaFormat: 'application/schema+json;version=draft-2020-12', schema: "])
def test_a_schema_with_an_id_refers_to_components_of_its_document(bench: Workbench, format_: str) -> None:
    order = "{$id: 'https://x.org/order', type: object, properties: {p: {$ref: '#/components/schemas/Part'}}}"
    order = f"{{{format_}{order}}}" if format_ else order
    bench.write(
        "channels: {a: {address: a, messages: {M: {payload: {$ref: 'https://x.org/order'}}}}}\n"
        f"components: {{schemas: {{Order: {order}, Part: {{type: object, properties: {{x: {{type: string}}}}}}}}}}\n"
    )
    assert bench.warnings() == []
    module = bench.load()
    assert module.Order.model_validate({"p": {"x": "1"}}).p.x == "1"


def test_names_beside_a_reference_are_reported_where_they_mean_nothing(bench: Workbench) -> None:
    bench.write("channels: {a: {address: a, messages: {M: {payload: {$ref: t.yaml}}}}}\n")
    part = "{$ref: in, $id: 'http://x.org/', $anchor: n, $defs: {a: {$id: in, type: string}}}"
    schema = f"type: object\nproperties: {{x: {part}}}\n"
    bench.write(f"$schema: https://json-schema.org/draft/2020-12/schema\n{schema}", "t.yaml", head="")
    assert bench.warnings() == []
    bench.write(schema, "t.yaml", head="")
    (warning,) = bench.warnings()
    assert "TW416 warning: '$id' beside $ref means nothing" in warning


def test_a_component_that_a_dynamic_reference_alone_uses_is_used(bench: Workbench) -> None:
    bench.write(
        "channels: {a: {address: a, messages: {M: {payload: {$ref: '#/components/schemas/A'}}}}}\n"
        "components: {schemas: {A: {type: object, properties: {x: {$dynamicRef: '#n'}}}, B: {$dynamicAnchor: n}}}\n"
    )
    assert [line for line in bench.warnings() if "TW503" in line or "TW112" in line] == []
    bench.write(
        "channels: {a: {address: a, messages: {M: {payload: {type: object, properties: {x: {$dynamicRef: '#n'}}}}}}}\n"
    )
    assert [line for line in bench.errors() if "test.yaml:3:80: TW105 unknown $dynamicRef '#n'" in line]


def test_a_metaschema_is_a_payload_like_any_other(bench: Workbench) -> None:
    bench.write(
        "channels: {a: {address: a, messages: {M: {payload: {$ref: 'http://json-schema.org/draft-07/schema#'}}}}}\n"
    )
    module = bench.load()
    assert module.MetaSchema.model_validate({"properties": {"a": {"type": "string"}}})
