"""AsyncAPI 2: channels with the opposite direction, traits that win, messages without a name."""

from __future__ import annotations

import pytest

from tests.codegen.support.workbench import Workbench

HEAD2 = "asyncapi: 2.6.0\ninfo: {title: Test, version: 1.0.0}\n"


def service(bench: Workbench, text: str) -> str:
    bench.write(text, "lights.yaml", HEAD2)
    return bench.compile().package.files["services/lights.py"]


def test_subscribe_is_what_the_application_sends_and_publish_what_it_receives(bench: Workbench) -> None:
    text = service(
        bench,
        "channels:\n  a/b:\n    publish: {message: {name: order.placed, payload: {type: string}}}\n"
        "    subscribe: {message: {name: order.shipped, payload: {type: string}}}\n",
    )
    assert "on_order_placed =" in text
    assert "publish_order_shipped =" in text
    assert "publish_order_placed" not in text
    assert "on_order_shipped" not in text


@pytest.mark.parametrize("patch", range(7))
def test_every_minor_version_is_read(bench: Workbench, patch: int) -> None:
    bench.write(
        "channels: {a: {publish: {message: {payload: {type: string}}}}}\n", head=HEAD2.replace("2.6", f"2.{patch}")
    )
    assert bench.warnings() == []


def test_message_without_a_name_is_named_after_its_channel(bench: Workbench) -> None:
    text = service(bench, "channels: {light/measured: {publish: {message: {payload: {type: string}}}}}\n")
    assert "on_light_measured =" in text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("messageId: lamp, name: light.on", "light_on"),
        ("messageId: lamp", "lamp"),
        ("x-event-type: x.y, name: z", "x_y"),
    ],
)
def test_message_has_the_name_that_its_author_gave(bench: Workbench, fields: str, name: str) -> None:
    text = service(bench, f"channels: {{a: {{publish: {{message: {{{fields}, payload: {{type: string}}}}}}}}}}\n")
    assert f"on_{name} =" in text


def test_one_message_in_both_directions_is_one_topic(bench: Workbench) -> None:
    text = service(
        bench,
        "channels:\n  chat:\n    publish: {message: {$ref: '#/components/messages/Said'}}\n"
        "    subscribe: {message: {$ref: '#/components/messages/Said'}}\n"
        "components: {messages: {Said: {payload: {type: string}}}}\n",
    )
    assert "publish_said =" in text
    assert "on_said =" in text


def test_traits_win_over_what_they_are_applied_to(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a:\n    publish:\n      traits: [{bindings: {mqtt: {qos: 2}}}]\n"
        "      bindings: {mqtt: {qos: 0, retain: true}}\n"
        "      message:\n        traits: [{summary: Of the trait., headers: {properties: {t: {type: string}}}}]\n"
        "        summary: Of the message.\n        headers: {properties: {m: {type: string}}}\n"
        "        payload: {type: string}\n",
        head=HEAD2,
    )
    files = bench.compile().package.files
    assert "qos=2, retain=True" in " ".join(files["a/topics.py"].split())
    assert "Of the trait." in files["a/topics.py"]
    assert "t: Omittable[str]" in files["a/models.py"]
    assert "m: Omittable[str]" in files["a/models.py"]


def test_schema_of_a_parameter_gives_its_values(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a/{unit}/{room}/{n}:\n    parameters:\n"
        "      unit: {$ref: '#/components/parameters/Unit'}\n"
        "      room: {description: Where., schema: {type: string, enum: [hall, attic], default: hall}}\n"
        "      n: {schema: {type: integer, minimum: 1}}\n"
        "    publish: {message: {name: x, payload: {type: string}}}\n"
        "components: {parameters: {Unit: {schema: {enum: [1, 2, true]}}}}\n",
        head=HEAD2,
    )
    text = bench.compile().package.files["a/topics.py"]
    assert 'Unit: TypeAlias = Literal["1", "2", "true"]' in text
    assert 'Room: TypeAlias = Literal["hall", "attic"]' in text
    assert "n: str" in text
    assert bench.warnings() == [
        "test.yaml:8:11: TW219 warning: parameter 'n' is a text: 'type', 'minimum' of its schema is not checked"
    ]


def test_channel_by_reference_keeps_its_own_address(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a/b: {$ref: '#/components/channels/C'}\n  c/d: {$ref: '#/components/channels/C'}\n"
        "components: {channels: {C: {publish: {message: {name: x, payload: {type: string}}}}}}\n",
        head=HEAD2,
    )
    files = bench.compile().package.files
    assert '"a/b"' in files["a/topics.py"]
    assert '"c/d"' in files["c/topics.py"]


def test_schema_format_is_read_at_the_message(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a:\n    publish:\n      message:\n        schemaFormat: application/vnd.apache.avro\n"
        "        payload: {type: record}\n",
        head=HEAD2,
    )
    assert [warning.split()[1] for warning in bench.warnings()] == ["TW308"]


def test_diagnostics_have_the_line_of_the_author(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a:\n    publish: {operationId: x, message: {payload: {type: strin}}}\n"
        "    subscribe: {operationId: x, mesage: {}}\n  b: {subscribe: {summary: s}, sub: {}}\n",
        head=HEAD2,
    )
    assert [error.split(" ")[:2] for error in bench.errors()] == [
        ["test.yaml:5:51:", "TW250"],
        ["test.yaml:6:5:", "TW222"],
        ["test.yaml:6:17:", "TW220"],
        ["test.yaml:6:33:", "TW202"],
        ["test.yaml:7:7:", "TW222"],
        ["test.yaml:7:32:", "TW202"],
    ]
