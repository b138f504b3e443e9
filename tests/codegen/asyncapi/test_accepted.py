"""Documents that the official parser accepts are compiled; contradictions in them get a warning."""

from __future__ import annotations

import re

import pytest

from tests.codegen.support.workbench import HEAD, Workbench

A = "  a: {address: a, messages: {M: {payload: {type: string}}}}\n"
B = "  b: {address: b, messages: {B: {payload: {type: integer}}}}\n"
SEND = "action: send, channel: {$ref: '#/channels/a'}"


def text_of(bench: Workbench, code: str) -> str:
    """Return what is generated; a warning has this code."""
    assert f" {code} warning: " in "\n".join(bench.warnings())
    return "".join(bench.compile().package.files.values())


def test_one_document_with_two_qualities_of_service_takes_the_most_careful(bench: Workbench) -> None:
    sends = "".join(f"  s{at}: {{{SEND}, bindings: {{mqtt: {{qos: {qos}}}}}}}\n" for at, qos in enumerate((0, 2, 1)))
    bench.write(f"channels:\n{A}operations:\n{sends}")
    assert "qos=2" in text_of(bench, "TW310")


def test_two_replies_to_one_request_are_both_taken(bench: Workbench) -> None:
    replies = "".join(f"  s{key}: {{{SEND}, reply: {{channel: {{$ref: '#/channels/{key}'}}}}}}\n" for key in "bc")
    bench.write(f"channels:\n{A}{B}{B.replace('b', 'c').replace('B', 'C')}operations:\n{replies}")
    assert re.search(r"def request_m\(.*?\) -> B \| C:", text_of(bench, "TW321"), re.DOTALL)


def test_a_reply_without_a_message_is_ignored(bench: Workbench) -> None:
    reply = "reply: {channel: {$ref: '#/channels/b'}}"
    bench.write(f"channels:\n{A}  b: {{address: b}}\noperations: {{s: {{{SEND}, {reply}}}}}\n")
    text = text_of(bench, "TW320")
    assert "def publish_m(" in text
    assert "def request_m(" not in text


def test_a_message_inside_an_operation_is_one_of_the_channel(bench: Workbench) -> None:
    bench.write(f"channels:\n{A}operations: {{say: {{{SEND}, messages: [{{payload: {{type: number}}}}]}}}}\n")
    text = text_of(bench, "TW213")
    assert "def publish_say(" in text
    assert "def publish_m(" in text


def test_a_channel_inside_an_operation_is_one_of_the_document(bench: Workbench) -> None:
    bench.write("channels: {}\noperations: {say: {action: send, channel: " + A.partition(": ")[2].strip() + "}}\n")
    assert "def publish_m(" in text_of(bench, "TW211")


@pytest.mark.parametrize(
    "keyword", ["allOf: [{$ref: '#/components/schemas/T'}]", "then: {$ref: '#/components/schemas/T'}"]
)
def test_a_schema_composed_of_itself_adds_nothing(bench: Workbench, keyword: str) -> None:
    bench.write(
        "channels: {a: {address: a, messages: {M: {payload: {$ref: '#/components/schemas/T'}}}}}\n"
        f"components: {{schemas: {{T: {{type: object, {keyword}, properties: {{x: {{type: string}}}}}}}}}}\n"
    )
    assert "x: Omittable[str] = None" in text_of(bench, "TW401")


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_a_default_outside_the_values_of_its_parameter_is_left_out(bench: Workbench, version: str) -> None:
    said = "{enum: [a, b], default: c}"
    address, parameter = ("", f"{{schema: {said}}}") if version[0] == "2" else ("address: 'x/{p}', ", said)
    message = (
        "publish: {message: {payload: {type: string}}}"
        if version[0] == "2"
        else "messages: {M: {payload: {type: string}}}"
    )
    bench.write(
        f"channels: {{'x/{{p}}': {{{address}parameters: {{p: {parameter}}}, {message}}}}}\n",
        head=HEAD.replace("3.0.0", version),
    )
    assert "default" not in text_of(bench, "TW207").replace("default_", "")
