"""Bad catalogs: one clear finding each, with the author's line, all at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.codegen.support.workbench import HEAD, Workbench

Message = Callable[..., str]


def test_yaml_error_has_its_line_and_column(bench: Workbench) -> None:
    bench.write("channels: {a: [}\n")
    (error,) = bench.errors()
    assert error.startswith("test.yaml:3:16: TW101 not valid YAML: ")


def test_json_error_has_its_line_and_column(bench: Workbench) -> None:
    bench.write('{"asyncapi": "3.0.0",\n "info": nope}', "test.json", head="")
    assert bench.errors() == ["test.json:2:10: TW101 not valid JSON: a value expected"]


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("test.yaml", HEAD + "channels:\n  a: {}\n  a: {}\n", ("5:3", "4:3")),
        ("test.json", '{"asyncapi": "3.0.0",\n "info": {},\n "info": {}}', ("3:2", "2:2")),
    ],
)
def test_duplicate_key_names_both_places(bench: Workbench, name: str, text: str, places: tuple[str, str]) -> None:
    bench.write(text, name, head="")
    (error,) = bench.errors()
    assert error.startswith(f"{name}:{places[0]}: TW102 duplicate key ")
    assert f"see also {bench.catalog}/{name}:{places[1]}".replace(f"{bench.catalog}/", "") in error


def test_unknown_ref_names_what_is_missing(bench: Workbench, message: Message) -> None:
    bench.write(message("{$ref: '#/components/schemas/Nope'}"))
    assert bench.errors() == [
        "test.yaml:9:9: TW105 unknown $ref '#/components/schemas/Nope' (there is no 'components' there)"
    ]


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("other.yaml#/X", "TW105"),
        ("../secret.yaml", "TW108"),
        ("/etc/passwd", "TW108"),
        ("%2e%2e/secret.yaml", "TW108"),
        ("file:///etc/passwd", "TW107"),
        ("https://example.com/schema.json", "TW107"),
        ("//example.com/schema.json", "TW107"),
        ("#/components/schemas/Loop", "TW106"),
    ],
)
def test_ref_stays_inside_the_schema_folder(bench: Workbench, message: Message, reference: str, code: str) -> None:
    (bench.folder / "secret.yaml").write_text("type: string\n", encoding="utf-8")
    loop = "components: {schemas: {Loop: {$ref: '#/components/schemas/Loop'}}}\n"
    bench.write(message(f"{{$ref: '{reference}'}}") + loop)
    found = [line.split()[1] for line in bench.errors() if " warning: " not in line]  # the loop is not used elsewhere
    assert found == [code]


def test_symbolic_link_out_of_the_schema_folder_is_refused(bench: Workbench, message: Message) -> None:
    (bench.folder / "secret.yaml").write_text("type: string\n", encoding="utf-8")
    (bench.catalog / "link.yaml").symlink_to(bench.folder / "secret.yaml")
    bench.write(message("{$ref: link.yaml}"))
    assert "TW108" in bench.errors()[0]


def test_two_events_with_one_python_name_name_both_places(bench: Workbench, message: Message) -> None:
    bench.write(message("{type: string}", name="memory.query"), "one.yaml")
    bench.write(message("{type: string}", name="memory_query", address="c/d"), "two.yaml")
    (warning,) = bench.warnings()
    assert warning.startswith("two.yaml:8:9: TW303 warning: events 'memory.query' and 'memory_query' both have the ")
    assert "see also one.yaml:8:9" in warning


def test_one_event_defined_twice_differently_names_both_places(bench: Workbench, message: Message) -> None:
    bench.write(message("{type: string}") + "x-envelope: tars\n", "one.yaml")
    bench.write(message("{type: number}", channel="other") + "x-envelope: tars\n", "two.yaml")
    (error,) = bench.errors()
    assert "TW306 event 'a.b' on 'a/b' is defined twice, differently; see also one.yaml:7:7" in error


def test_bare_payloads_of_one_address_are_taken_as_those_of_one_channel(bench: Workbench, message: Message) -> None:
    bench.write(message("{type: string}"), "one.yaml")
    bench.write(message("{type: number}", channel="other"), "two.yaml")
    (warning,) = bench.warnings()
    assert "TW306 warning: event 'a.b' on 'a/b' is defined twice, differently; see also one.yaml:7:7" in warning


@pytest.mark.parametrize("address", ["a/+/b", "a/#", "a/+"])
def test_address_with_a_wildcard_can_only_be_subscribed_to(bench: Workbench, message: Message, address: str) -> None:
    bench.write(message("{type: string}", address=address))
    assert bench.warnings() == [
        f"test.yaml:5:5: TW302 warning: address '{address}' has a wildcard in it: it can only be subscribed to "
        "(a {parameter} can be sent and subscribed to)"
    ]
    text = bench.compile().package.files["a/__init__.py"]
    assert "def on_a_b(" in text
    assert "def publish_" not in text


@pytest.mark.parametrize("address", ["a+/b", "a/#/b", "a/b#", "{a}+/b", "events#priority", "", "a/{b"])
def test_an_address_that_mqtt_has_no_use_for_has_no_methods(bench: Workbench, message: Message, address: str) -> None:
    bench.write(message("{type: string}", address=f"'{address}'"))
    warning = bench.warnings()[-1]
    assert warning.startswith("test.yaml:5:5: TW301 warning: ")
    files = bench.compile().package.files
    assert not any("def on_" in text or "def publish_" in text for text in files.values())
    assert any("A_B: Final" in text for text in files.values())


def test_parameter_that_is_not_in_the_address_is_refused(bench: Workbench) -> None:
    bench.write("channels:\n  a:\n    address: a/{b}\n    parameters: {b: {}, c: {}}\n")
    assert bench.errors() == ["test.yaml:6:25: TW206 parameter 'c' is not in the address"]


def test_unknown_field_has_a_suggestion(bench: Workbench) -> None:
    bench.write("chanels: {}\n")
    assert bench.errors() == ["test.yaml:3:1: TW202 unknown field 'chanels' in the document (did you mean 'channels'?)"]


def test_all_diagnostics_come_at_once(bench: Workbench) -> None:
    bench.write("channels:\n  a: {address: 3}\n  b: {addres: x}\n")
    bench.write("channels: [\n", "two.yaml")
    assert [error.split(" ")[1] for error in bench.errors()] == ["TW201", "TW202", "TW101"]


@pytest.mark.parametrize("version", ["1.2.0", "2.7.0", "3.2.0", "4.0.0", "three"])
def test_unknown_version_is_refused_by_its_name(bench: Workbench, version: str) -> None:
    bench.write(f"asyncapi: {version}\n", head="")
    assert bench.errors() == [
        f"test.yaml:1:1: TW203 AsyncAPI {version} is not supported (2.0.0 to 2.6.0, 3.0.0 and 3.1.0 are)"
    ]


def test_reply_message_that_its_channel_does_not_list_is_taken_with_a_warning(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a: {address: a, messages: {Ask: {payload: {type: string}}}}\n"
        "operations:\n  x:\n    action: send\n    channel: {$ref: '#/channels/a'}\n"
        "    reply: {channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/components/messages/Answer'}]}\n"
        "components: {messages: {Answer: {payload: {type: number}}}}\n"
    )
    (warning,) = bench.warnings()
    assert warning.startswith("test.yaml:9:57: TW213 warning: the reply's message is not one of channel 'a'")
    assert (
        "async def request_ask(self: MQTTClient, data: Ask, *, timeout: float = 30.0) -> Answer:"
        in (bench.compile().package.files["a/__init__.py"])
    )


def test_operation_message_by_components_has_its_own_hint(bench: Workbench) -> None:
    bench.write(
        "channels: {a: {address: a, messages: {M: {$ref: '#/components/messages/M'}}}}\n"
        "operations:\n  x:\n    action: send\n    channel: {$ref: '#/channels/a'}\n"
        "    messages: [{$ref: '#/components/messages/N'}]\n"
        "components: {messages: {M: {payload: {type: string}}, N: {payload: {type: string}}}}\n"
    )
    (error,) = bench.errors()
    assert error.startswith("test.yaml:8:16: TW212 ")
    assert "#/channels/a/messages/" in error


def test_qos_that_two_documents_disagree_on_names_both_places(bench: Workbench) -> None:
    bench.write("channels: {a: {address: a, messages: {M: {payload: {type: string}}}}}\n", "a.yaml")
    for qos in (0, 1):
        sends = f"  s: {{action: send, channel: {{$ref: '#/channels/a'}}, bindings: {{mqtt: {{qos: {qos}}}}}}}\n"
        bench.write(f"channels: {{a: {{$ref: 'a.yaml#/channels/a'}}}}\noperations:\n{sends}", f"s{qos}.yaml")
    (error,) = bench.errors()
    assert "TW310 QoS of 'M' is 0 here and 1 there; see also s1.yaml:5:" in error


@pytest.mark.parametrize("key", ["customTypePath", "customBasePath", "x-python-type", "x-python-import"])
def test_catalog_cannot_choose_python_types(bench: Workbench, message: Message, key: str) -> None:
    bench.write(message(f"{{type: object, properties: {{a: {{type: string, {key}: os.system}}}}}}"))
    assert "TW405" in bench.errors()[0]


def test_default_that_its_schema_does_not_allow_is_left_out_with_a_warning(bench: Workbench, message: Message) -> None:
    bench.write(
        message(
            "{type: object, properties: {a: {enum: [x], default: y}, b: {type: integer, default: '1'}, "
            "c: {type: string, format: date, default: soon}}}"
        )
    )
    assert [warning.split(" ")[1] for warning in bench.warnings()] == ["TW423"] * 3
    assert bench.load().M().model_dump_json() == "{}"


def test_stream_needs_a_boolean_field_to_end(bench: Workbench) -> None:
    bench.write(
        "channels:\n  a: {address: a, messages: {Q: {payload: {type: string}}}}\n"
        "  b: {address: b, messages: {R: {payload: {type: object, properties: {done: {type: string}}}}}}\n"
        "operations:\n  x:\n    action: receive\n    channel: {$ref: '#/channels/a'}\n"
        "    reply: {channel: {$ref: '#/channels/b'}, x-stream-until: done}\n"
    )
    assert "TW322 x-stream-until: 'R' has no boolean field 'done'" in bench.errors()[0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("contentType: application/xml, payload: {type: object}", "TW307"),
        (
            "payload: {schemaFormat: application/vnd.apache.avro;version=1.9.0, "
            "schema: {type: fixed, name: R, size: 4}}",
            "TW308",
        ),
        ("summary: nothing else", "TW309"),
    ],
)
def test_payload_that_is_not_json_is_bytes_and_a_warning(bench: Workbench, fields: str, code: str) -> None:
    bench.write(f"channels: {{a: {{address: a, messages: {{M: {{{fields}}}}}}}}}\n")
    assert [warning.split(" ")[1] for warning in bench.warnings()] == [code]
    assert "data: bytes" in bench.compile().package.files["a/__init__.py"]


@pytest.mark.parametrize("text", ["", "just: yaml\n", "- 1\n"])
def test_folder_without_an_asyncapi_document_is_an_error(bench: Workbench, text: str) -> None:
    bench.write(text, head="")
    assert "TW109" in bench.errors()[0]
