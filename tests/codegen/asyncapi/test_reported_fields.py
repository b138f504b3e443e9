"""A field that the SDK does not follow is reported at its line."""

from __future__ import annotations

import pytest

from tests.codegen.support.workbench import HEAD, Workbench

HEAD_2 = "asyncapi: 2.6.0\ninfo: {title: Test, version: 1.0.0}\n"
MESSAGES = "messages: {M: {payload: {type: string}}}"


def codes(bench: Workbench, text: str, head: str = HEAD) -> list[str]:
    bench.write(text, head=head)
    return [warning.split(" ")[1] for warning in bench.warnings()]


def test_the_location_of_a_parameter_is_reported(bench: Workbench) -> None:
    parameters = "parameters: {p: {description: d, location: '$message.payload#/p'}}"
    assert codes(bench, f"channels: {{a: {{address: 'a/{{p}}', {parameters}, {MESSAGES}}}}}\n") == ["TW236"]
    text = f"channels:\n  a/{{p}}:\n    {parameters}\n    publish: {{message: {{payload: {{type: string}}}}}}\n"
    assert codes(bench, text, HEAD_2) == ["TW236"]


@pytest.mark.parametrize(
    ("servers", "count"), [("[m]", 0), ("[k]", 1), ("[k, n]", 1), ("[k, m]", 0), ("[]", 0)], ids=str
)
def test_a_channel_that_no_server_of_mqtt_has_is_reported(bench: Workbench, servers: str, count: int) -> None:
    table = "servers: {m: {URL, protocol: mqtts}, k: {URL, protocol: kafka}, n: {URL, protocol: nats}}\n"
    references = servers.replace("m", "#m").replace("k", "#k").replace("n", "#n")
    for name in "mkn":
        references = references.replace(f"#{name}", f"{{$ref: '#/servers/{name}'}}")
    text = f"channels: {{a: {{address: a, servers: {references}, {MESSAGES}}}}}\n"
    assert codes(bench, table.replace("URL", "host: h") + text) == ["TW237"] * count
    text = f"channels:\n  a:\n    servers: {servers}\n    publish: {{message: {{payload: {{type: string}}}}}}\n"
    assert codes(bench, table.replace("URL", "url: h") + text, HEAD_2) == ["TW237"] * count


@pytest.mark.parametrize("ref", ["#/components/channels/a", "test.yaml#/components/channels/a"])
def test_an_operation_on_a_channel_of_components_is_reported(bench: Workbench, ref: str) -> None:
    text = (
        "channels: {b: {$ref: '#/components/channels/a'}}\n"
        f"components: {{channels: {{a: {{address: a, {MESSAGES}}}}}}}\n"
        f"operations: {{o: {{action: send, channel: {{$ref: '{ref}'}}}}}}\n"
    )
    assert codes(bench, text) == ["TW238"]
    assert codes(bench, text.replace(f"channel: {{$ref: '{ref}'", "channel: {$ref: '#/channels/b'")) == []


@pytest.mark.parametrize("ending", ["", "deprecated: false, "])
def test_a_sunset_without_deprecated_is_reported(bench: Workbench, ending: str) -> None:
    sunset = f"{ending}x-sunset: '2030-01-01'"
    assert codes(bench, f"channels: {{a: {{address: a, {MESSAGES[:-2]}, {sunset}}}}}}}}}\n") == ["TW235"]
    payload = f"{{type: object, properties: {{f: {{type: string, {sunset}}}}}}}"
    assert codes(bench, f"channels: {{a: {{address: a, messages: {{M: {{payload: {payload}}}}}}}}}\n") == ["TW235"]


def test_a_sunset_and_deprecated_can_be_in_two_places(bench: Workbench) -> None:
    message = "{payload: {type: string}, deprecated: true, traits: [{x-sunset: '2030-01-01'}]}"
    assert codes(bench, f"channels: {{a: {{address: a, messages: {{M: {message}}}}}}}\n") == []


def test_a_stream_without_an_address_is_reported_to_the_service_that_sends_it(bench: Workbench) -> None:
    part = "{payload: {type: object, properties: {last: {type: boolean}}}}"
    text = (
        f"channels: {{a: {{address: a, {MESSAGES}}}, b: {{address: null, messages: {{P: {part}}}}}}}\n"
        "operations:\n  o:\n    action: receive\n    channel: {$ref: '#/channels/a'}\n"
        "    reply: {channel: {$ref: '#/channels/b'}, x-stream-until: last}\n"
    )
    assert codes(bench, text) == ["TW323"]
    assert codes(bench, text.replace("receive", "send")) == []
    assert codes(bench, text.replace("null", "b")) == []


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("keepAlive: 3600", ""),
        ("keepAlive: 7200", "TW239"),
        ("keepAlive: 0", "TW239"),
        ("sessionExpiryInterval: 4294967296", "TW239"),
        ("sessionExpiryInterval: {type: integer}", "TW215"),
        ("lastWill: {topic: a/b, qos: 3}", "TW239"),
        ("lastWill: {topic: 'a/{b}'}", "TW240"),
        ("lastWill: {topic: 'system/health/{client_id}'}", ""),
        ("lastWill: {topic: 'a/+'}", "TW217"),
        ("lastWill: {topic: $SYS/x}", "TW217"),
    ],
)
def test_a_value_of_a_server_binding_that_is_not_used_is_reported(bench: Workbench, field: str, code: str) -> None:
    server = f"servers: {{s: {{url: h, protocol: mqtt, bindings: {{mqtt: {{{field}}}}}}}}}\n"
    text = "channels: {a: {publish: {message: {payload: {type: string}}}}}\n"
    assert codes(bench, server + text, HEAD_2) == ([code] if code else [])


@pytest.mark.parametrize(
    "field", ["clientId: 5", "keepAlive: '60'", "cleanSession: 'yes'", "sessionExpiryInterval: x", "lastWill: a/b"]
)
def test_a_binding_of_a_wrong_type_is_an_error_in_asyncapi_2_too(bench: Workbench, field: str) -> None:
    server = f"servers: {{s: {{url: h, protocol: mqtt, bindings: {{mqtt: {{{field}}}}}}}}}\n"
    bench.write(f"{server}channels: {{}}\n", head=HEAD_2)
    assert " TW201 " in bench.errors()[0]


def test_an_expiry_that_mqtt_does_not_have_is_reported(bench: Workbench) -> None:
    text = "channels: {a: {publish: {bindings: {mqtt: {messageExpiryInterval: -1}}, message: {payload: {}}}}}\n"
    assert codes(bench, text, HEAD_2) == ["TW239"]
