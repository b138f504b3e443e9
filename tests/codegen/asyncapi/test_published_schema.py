"""The published schemas of AsyncAPI: a violation is reported at its line, for the alternative that was meant."""

from __future__ import annotations

import pytest

from tests.codegen.support.workbench import Workbench


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "servers:\n  broker: {protocol: mqtt}\n",
            "test.yaml:4:3: TW250 'broker' must have the field 'host' (AsyncAPI 3.0)",
        ),
        (
            "servers:\n  broker: {host: h, protocol: mqtt, url: x}\n",
            "test.yaml:4:37: TW250 unknown field 'url' in 'broker' (AsyncAPI 3.0)",
        ),
        (
            "components:\n  messages:\n    M: {name: [x]}\n",
            "test.yaml:5:9: TW250 'name' must be of type string, not a list (AsyncAPI 3.0)",
        ),
        (
            "components:\n  schemas:\n    S:\n      properties:\n        a: {type: strin}\n",
            "test.yaml:7:13: TW250 'type' must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
            "'string', not 'strin' (AsyncAPI 3.0) (did you mean 'string'?)",
        ),
        ("tags: []\n", "test.yaml:3:1: TW202 unknown field 'tags' in the document (extensions start with x-)"),
    ],
)
def test_structure_is_checked_against_the_published_schema(bench: Workbench, text: str, finding: str) -> None:
    bench.write(text)
    assert bench.errors() == [finding]


def test_line_with_a_diagnostic_of_the_compiler_has_no_second_one(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a: {address: a}\noperations:\n  x:\n    action: publish\n    channel: {$ref: '#/channels/a'}\n"
    )
    assert bench.errors() == ["test.yaml:7:5: TW209 an operation's action is send or receive, not 'publish'"]


def test_slash_that_is_not_escaped_in_a_reference_has_its_own_hint(bench: Workbench) -> None:
    bench.write("channels: {a/b: {address: a/b}}\noperations: {x: {action: send, channel: {$ref: '#/channels/a/b'}}}\n")
    assert bench.errors() == [
        "test.yaml:4:32: TW105 unknown $ref '#/channels/a/b' (in a reference, a slash in a key is written ~1)"
    ]
