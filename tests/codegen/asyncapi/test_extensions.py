"""An extension of ours has an effect, or a diagnostic at its line that it has none."""

from __future__ import annotations

import pytest
from topicwright_codegen.asyncapi.validation.extensions import EXTENSIONS
from topicwright_codegen.asyncapi.validation.outline import ENTRY

from tests.codegen.support.workbench import Workbench

PLACES = {
    "the document": "{x}\nchannels: {{}}\n",
    "info": "channels: {{}}\n",
    "a service": "channels: {{}}\nx-services: {{s: {{{x}}}}}\n",
    "a domain": "channels: {{}}\nx-domains: {{d: {{{x}}}}}\n",
    "a server": "servers: {{s: {{host: h, protocol: mqtt, {x}}}}}\nchannels: {{}}\n",
    "a channel": "channels: {{a: {{address: a, {x}}}}}\n",
    "a parameter": "channels: {{a: {{address: 'a/{{p}}', parameters: {{p: {{{x}}}}}}}}}\n",
    "a message": "channels: {{a: {{address: a, messages: {{M: {{{x}, payload: {{type: string}}}}}}}}}}\n",
    "a message trait": "channels: {{}}\ncomponents: {{messageTraits: {{t: {{{x}}}}}}}\n",
    "an operation": "channels: {{a: {{}}}}\n"
    "operations: {{o: {{action: send, channel: {{$ref: '#/channels/a'}}, {x}}}}}\n",
    "an operation trait": "channels: {{}}\ncomponents: {{operationTraits: {{t: {{{x}}}}}}}\n",
    "a reply": "channels: {{}}\ncomponents: {{replies: {{r: {{{x}}}}}}}\n",
    "a schema": "channels: {{}}\ncomponents: {{schemas: {{S: {{items: {{{x}}}}}}}}}\n",
    "a property": "channels: {{}}\ncomponents: {{schemas: {{S: {{properties: {{p: {{{x}}}}}}}}}}}\n",
    "bindings": "channels: {{}}\ncomponents: {{operationBindings: {{b: {{mqtt: {{{x}}}}}}}}}\n",
}
"""A document for each kind of object, with a place for an extension in it."""
COMPONENTS = {"a message trait", "an operation trait", "a reply"}
"""The kinds that are those of components in ``PLACES``."""
VALUES = {
    "x-deprecated": "true",
    "x-error": "true",
    "x-domains": "{d: {title: D}}",
    "x-services": "{s: {title: S}}",
    "x-envelope": "none",
    "x-envelope-data": "''",
    "x-lenient": "[]",
    "x-lint-ignore": "TW501",
    "x-mqtt": "{qos: 0}",
    "x-receives": "[]",
    "x-replay-window": "1",
    "x-requests": "[]",
    "x-sends": "[]",
    "x-serves": "[]",
    "x-sunset": "2030-01-01",
}


def misplaced(bench: Workbench) -> list[str]:
    return [warning for warning in bench.warnings() if " TW233 " in warning]


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_is_reported_in_every_kind_of_object_that_does_not_read_it(
    bench: Workbench, name: str, kind: str
) -> None:
    written = f"{name}: {VALUES.get(name, 'x')}"
    info = f", {written}" if kind == "info" else ""
    head = f"asyncapi: 3.0.0\ninfo: {{title: Test, version: 1.0.0{info}}}\n"
    bench.write(PLACES[kind].format(x=written), head=head)
    found = misplaced(bench)
    readers = set(EXTENSIONS[name]) | (COMPONENTS if ENTRY in EXTENSIONS[name] else set())
    assert bool(found) is (kind not in readers)
    assert all(f"extension '{name}' has no effect in" in warning for warning in found)


@pytest.mark.parametrize(
    "text",
    [
        "channels: {a: {$ref: '#/components/channels/a', x-envelope: tars}}\ncomponents: {channels: {a: {}}}\n",
        "channels: {a: {address: a, messages: {M: {$ref: '#/components/messages/M', x-event-type: e}}}}\n"
        "components: {messages: {M: {payload: {type: string}}}}\n",
    ],
)
def test_an_extension_beside_a_reference_is_reported(bench: Workbench, text: str) -> None:
    bench.write(text)
    assert ["beside a $ref" in warning for warning in misplaced(bench)] == [True]


def test_an_extension_of_a_property_that_is_a_reference_is_read(bench: Workbench) -> None:
    payload = "{type: object, properties: {id: {$ref: '#/components/schemas/Id', x-generated: id, x-unit: s}}}"
    bench.write(
        f"channels: {{a: {{address: a, messages: {{M: {{payload: {payload}}}}}}}}}\n"
        "components: {schemas: {Id: {type: string}}}\n"
    )
    assert bench.warnings() == []


def test_a_misplaced_extension_is_reported_in_a_file_that_a_document_refers_to(bench: Workbench) -> None:
    bench.write("type: object\nx-partition-key: a\nproperties: {a: {type: string}}\n", "part.yaml", head="")
    bench.write("channels: {a: {address: a, messages: {M: {payload: {$ref: part.yaml}}}}}\n")
    assert [warning.split(" ")[:2] for warning in bench.warnings()] == [["part.yaml:2:1:", "TW233"]]


@pytest.mark.parametrize(
    "text",
    [
        "channels: {x-unit: {address: a, messages: {x-owner: {payload: {type: string}}}}}\n",
        "channels: {}\ncomponents: {schemas: {S: {properties: {x-envelope: {}}, example: {x-owner: me}}}}\n",
        "channels: {}\nx-other: {x-envelope: tars}\n",
        "channels: {a: {address: a, messages: {M: {payload: {type: string}, examples: [{payload: {x-unit: s}}]}}}}\n",
    ],
)
def test_names_and_values_of_the_author_are_not_extensions(bench: Workbench, text: str) -> None:
    bench.write(text)
    assert bench.warnings() == []


def test_messages_and_operations_of_asyncapi_2_are_recognized(bench: Workbench) -> None:
    head = "asyncapi: 2.6.0\ninfo: {title: T, version: 1.0.0}\n"
    message = "{x-event-type: e, payload: {type: string}, x-owner: me}"
    bench.write(f"channels:\n  a:\n    publish:\n      x-envelope: tars\n      message: {message}\n", head=head)
    assert [(warning.split(":")[1], "TW233" in warning) for warning in bench.warnings()] == [("6", True), ("7", True)]


@pytest.mark.parametrize(
    ("table", "used", "count"), [("robot", "robot", 0), ("robot", "robt", 1), ("", "robt", 0)], ids=str
)
def test_a_service_or_a_domain_that_its_table_does_not_list_is_reported(
    bench: Workbench, table: str, used: str, count: int
) -> None:
    tables = f"x-services: {{{table}: {{title: R}}}}\nx-domains: {{{table}: {{title: R}}}}\n" if table else ""
    bench.write(
        f"{tables}channels: {{a: {{address: a, x-domain: {used}, messages: {{M: {{payload: {{type: string}}}}}}}}}}\n"
        f"operations: {{o: {{action: send, channel: {{$ref: '#/channels/a'}}, x-service: {used}}}}}\n"
    )
    found = [warning for warning in bench.warnings() if " TW234 " in warning]
    assert len(found) == 2 * count
    assert all("did you mean 'robot'?" in warning for warning in found)
