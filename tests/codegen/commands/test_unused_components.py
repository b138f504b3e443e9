"""``topicwright lint`` names every component that nothing uses, and none that something uses."""

from __future__ import annotations

import re

import pytest
from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.lint import lint

from tests.codegen.support.workbench import HEAD, Workbench

CHANNEL = "channels: {a: {address: a, messages: {M: {summary: s, payload: {type: string}}}}}\n"


def unused(bench: Workbench, text: str, head: str = HEAD) -> set[str]:
    bench.write(text, head=head)
    diagnostics = Diagnostics()
    lint(read_catalog(bench.config, diagnostics))
    found = [item.message for item in diagnostics.sorted() if item.code == "TW503"]
    return {re.sub(r"(.*) '(.*)' is not used", r"\1 \2", message) for message in found}


@pytest.mark.parametrize(
    ("table", "entry", "kind"),
    [
        ("schemas", "{type: string}", "schema"),
        ("messages", "{payload: {type: string}}", "message"),
        ("channels", "{address: b}", "channel"),
        ("servers", "{host: h, protocol: mqtt}", "server"),
        ("parameters", "{description: d}", "parameter"),
        ("replies", "{}", "reply"),
        ("replyAddresses", "{location: '$message.header#/replyTo'}", "reply address"),
        ("correlationIds", "{location: '$message.header#/id'}", "correlationId"),
        ("securitySchemes", "{type: userPassword}", "securityScheme"),
        ("operationTraits", "{bindings: {mqtt: {qos: 1}}}", "operationTrait"),
        ("messageTraits", "{contentType: text/plain}", "messageTrait"),
        ("serverBindings", "{mqtt: {keepAlive: 20}}", "server binding"),
        ("channelBindings", "{mqtt: {}}", "channel binding"),
        ("operationBindings", "{mqtt: {retain: true}}", "operation binding"),
        ("messageBindings", "{mqtt: {contentType: text/plain}}", "message binding"),
    ],
)
def test_a_component_of_any_table_that_nothing_uses_is_reported(
    bench: Workbench, table: str, entry: str, kind: str
) -> None:
    assert unused(bench, f"{CHANNEL}components: {{{table}: {{X: {entry}}}}}\n") == {f"{kind} X"}


def test_bindings_traits_and_parameters_that_something_refers_to_are_used(bench: Workbench) -> None:
    text = """\
servers: {s: {host: h, protocol: mqtt, security: [{$ref: '#/components/securitySchemes/S'}]}}
channels:
  a:
    address: a/{p}
    parameters: {p: {$ref: '#/components/parameters/P'}}
    messages: {M: {summary: s, correlationId: {$ref: '#/components/correlationIds/C'}, payload: {type: string}}}
operations:
  o: {action: send, channel: {$ref: '#/channels/a'}, traits: [{$ref: '#/components/operationTraits/T'}]}
components:
  securitySchemes: {S: {type: userPassword}}
  parameters: {P: {description: d}}
  correlationIds: {C: {location: '$message.header#/id'}}
  operationTraits: {T: {bindings: {$ref: '#/components/operationBindings/B'}}}
  operationBindings: {B: {mqtt: {qos: 1}}}
"""
    assert unused(bench, text) == set()


@pytest.mark.parametrize(
    "payload",
    [
        "{allOf: [{$ref: '#/components/schemas/X'}, {type: object}]}",
        "{type: object, if: {required: [a]}, then: {properties: {a: {$ref: '#/components/schemas/X'}}}}",
        "{type: object, not: {$ref: '#/components/schemas/X'}}",
        "{type: object, patternProperties: {a: {$ref: '#/components/schemas/X'}}}",
        "{type: object, propertyNames: {$ref: '#/components/schemas/X'}}",
        "{type: array, contains: {$ref: '#/components/schemas/X'}}",
        "{$ref: '#/components/schemas/X/properties/inner'}",
    ],
)
def test_a_schema_that_any_keyword_refers_to_is_used(bench: Workbench, payload: str) -> None:
    components = "components: {schemas: {X: {type: object, properties: {inner: {type: string}}}}}\n"
    assert unused(bench, CHANNEL.replace("{type: string}", payload) + components) == set()


def test_a_component_of_a_payload_that_is_not_json_is_used(bench: Workbench) -> None:
    message = "{contentType: text/csv, payload: {$ref: '#/components/schemas/X'}}"
    text = f"channels: {{a: {{address: a, messages: {{M: {message}}}}}}}\ncomponents: {{schemas: {{X: {{}}}}}}\n"
    assert unused(bench, text) == set()


def test_what_an_unused_component_refers_to_is_not_reported_before_it_is_removed(bench: Workbench) -> None:
    schemas = "{A: {items: {$ref: '#/components/schemas/B'}}, B: {$ref: '#/components/schemas/C'}, C: {type: string}}"
    assert unused(bench, f"{CHANNEL}components: {{schemas: {schemas}}}\n") == {"schema A"}


def test_components_that_only_refer_to_each_other_are_reported(bench: Workbench) -> None:
    schemas = (
        "{A: {items: {$ref: '#/components/schemas/B'}}, B: {items: {$ref: '#/components/schemas/A'}},"
        " Self: {items: {$ref: '#/components/schemas/Self'}}}"
    )
    assert unused(bench, f"{CHANNEL}components: {{schemas: {schemas}}}\n") == {"schema A", "schema B", "schema Self"}


def test_a_component_that_another_file_refers_to_is_used(bench: Workbench) -> None:
    bench.write("items: {$ref: 'test.yaml#/components/schemas/X'}\n", "part.yaml", head="")
    payload = CHANNEL.replace("{type: string}", "{$ref: part.yaml}")
    assert unused(bench, f"{payload}components: {{schemas: {{X: {{type: string}}}}}}\n") == set()


def test_the_names_of_security_in_asyncapi_2_are_uses(bench: Workbench) -> None:
    head = "asyncapi: 2.6.0\ninfo: {title: T, version: 1.0.0}\n"
    text = """\
servers: {s: {url: h, protocol: mqtt, security: [{S: []}]}}
channels:
  a/{p}:
    parameters: {p: {schema: {$ref: '#/components/schemas/P'}}}
    publish: {message: {summary: s, payload: {type: string}}}
components:
  securitySchemes: {S: {type: userPassword}, Other: {type: userPassword}}
  schemas: {P: {type: string}}
"""
    assert unused(bench, text, head) == {"securityScheme Other"}


def test_the_author_answers_for_an_unused_component_at_its_place(bench: Workbench) -> None:
    text = f"{CHANNEL}components: {{operationBindings: {{X: {{mqtt: {{qos: 1}}, x-lint-ignore: TW503}}}}}}\n"
    assert unused(bench, text) == set()
