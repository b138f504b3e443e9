"""Hints of diagnostics: the nearest name, the reference that was meant, and one diagnostic for one mistake."""

from __future__ import annotations

import pytest

from tests.codegen.support.workbench import HEAD, Workbench

ZONE = "channels:\n  zone: {address: a, messages: {M: {payload: {type: string}}}}\n"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (ZONE + "operations: {x: {action: recieve, channel: {}}}\n", "TW209", "did you mean 'receive'?"),
        (ZONE + "operations: {x: {action: send, channel: zone}}\n", "TW201", "{$ref: '#/channels/zone'}"),
        (ZONE + "operations: {x: {action: send, channel: {$ref: '#/channels/Zonee'}}}\n", "TW105", "mean 'zone'?"),
        (
            "channels: {a: {address: a, messages: {M: {payload: '#/components/schemas/A'}}}}\n",
            "TW250",
            "{$ref: '#/components/schemas/A'}",
        ),
        ("components: {schemas: {S: {type: numbr}}}\n", "TW250", "did you mean 'number'?"),
        ("servers: {s: {host: h, protocol: mqtt, bindings: {mqtts: {}}}}\n", "TW250", "did you mean 'mqtt'?"),
        (
            "channels: {a: {address: 'a/{z}', parameters: {z: {schema: {type: string}}}}}\n",
            "TW202",
            "in AsyncAPI 3 a parameter has enum",
        ),
        (
            "servers:\n  s: {host: h, protocol: mqtt, bindings: {mqtt: {lastWill: {topic: t, message: {}}}}}\n",
            "TW201",
            "write the JSON as a text",
        ),
    ],
)
def test_one_diagnostic_names_what_was_meant(bench: Workbench, text: str, code: str, hint: str) -> None:
    bench.write(text)
    (error,) = bench.errors()
    assert error.split()[1] == code
    assert hint in error


def test_number_where_a_text_is_wanted_is_to_be_quoted(bench: Workbench) -> None:
    bench.write("channels: {}\n", head=HEAD.replace("1.0.0}", "1.5}"))
    assert [error.endswith("(put it in quotes: '1.5')") for error in bench.errors()] == [True]


def test_reference_through_a_broken_place_has_no_diagnostic_of_its_own(bench: Workbench) -> None:
    bench.write("channels:\n- {address: a}\noperations: {x: {action: send, channel: {$ref: '#/channels/a'}}}\n")
    assert bench.errors() == ["test.yaml:3:1: TW201 'channels' must be an object, not a list"]


def test_unreadable_payload_is_the_only_diagnostic_of_its_message(bench: Workbench) -> None:
    bench.write(
        "channels: {a: {address: a, messages: {M: {correlationId: {location: '$message.payload#/id'}, "
        "payload: {$ref: '#/components/schemas/Alrm'}}}}}\ncomponents: {schemas: {Alarm: {type: object}}}\n"
    )
    (error,) = bench.errors()
    assert error.endswith("(there is no 'Alrm' there; did you mean 'Alarm'?)")


def test_required_field_without_a_property_is_reported_where_it_is_required(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a:\n    address: a\n    messages:\n      M:\n        payload:\n          type: object\n"
        "          properties: {commandId: {type: string}}\n          required:\n          - commandID\n"
    )
    (warning,) = bench.warnings()
    assert warning.startswith("test.yaml:12:13: TW402 ")
    assert "did you mean 'commandId'?" in warning


def test_unknown_discriminator_is_reported_with_the_nearest_property(bench: Workbench) -> None:
    alternatives = "".join(
        f"    {name}: {{type: object, required: [type], properties: {{type: {{type: string}}}}}}\n" for name in "AB"
    )
    union = "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: typ}"
    bench.write(
        f"channels: {{a: {{address: a, messages: {{M: {{payload: {union}}}}}}}}}\n"
        f"components:\n  schemas:\n{alternatives}"
    )
    found = [warning for warning in bench.warnings() if "TW424" in warning]
    assert ["has no property 'typ'" in warning and "did you mean 'type'?" in warning for warning in found] == [True] * 2


@pytest.mark.parametrize(
    ("text", "hint"), [("x-a: b: c\n", "(quote a text that has a colon"), ("x-a:\n\tb: c\n", "(indent with spaces")]
)
def test_yaml_error_has_a_hint(bench: Workbench, text: str, hint: str) -> None:
    bench.write(text)
    (error,) = bench.errors()
    assert hint in error
