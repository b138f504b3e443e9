"""Each field of an mqtt binding has an effect or a warning; a document of another protocol has one warning."""

from __future__ import annotations

import pytest
from topicwright.testing import MemoryBroker
from topicwright_codegen.diagnostics.diagnostics import CompileError

from tests.codegen.support.workbench import Workbench

MESSAGE = "{payload: {type: string}}"


def write(bench: Workbench, *, operation: str = "", message: str = "", channel: str = "", server: str = "") -> None:
    """Write a document with the given mqtt bindings."""
    bench.write(
        f"servers: {{s: {{host: h, protocol: mqtt, bindings: {{mqtt: {{{server}}}}}}}}}\n"
        f"channels:\n  a:\n    address: a\n    bindings: {{mqtt: {{{channel}}}}}\n"
        f"    messages: {{M: {{payload: {{type: string}}, bindings: {{mqtt: {{{message}}}}}}}}}\n"
        "operations:\n  o:\n    action: send\n    channel: {$ref: '#/channels/a'}\n"
        f"    bindings: {{mqtt: {{{operation}}}}}\n"
    )


def test_a_server_variable_that_nothing_describes_is_reported(bench: Workbench) -> None:
    bench.write("servers: {s: {protocol: mqtt, host: '{name}.local:{port}', variables: {port: {default: '1'}}}}\n")
    (warning,) = bench.warnings()[:1]
    assert warning.startswith("test.yaml:3:31: TW224 warning: server variable 'name' is not described (describe it: ")


def test_binding_of_an_operation_takes_effect(bench: Workbench) -> None:
    write(bench, operation="qos: 2, retain: true, messageExpiryInterval: 60, bindingVersion: 0.2.0")
    assert bench.warnings() == []
    text = " ".join(bench.compile().package.files["a/topics.py"].split())
    assert "qos=2, retain=True, expiry=60" in text


def test_content_type_of_a_message_binding_takes_effect(bench: Workbench) -> None:
    write(bench, message="contentType: text/plain")
    assert 'content_type="text/plain"' in bench.compile().package.files["a/topics.py"]


def test_settings_of_a_server_binding_are_named_where_the_service_is_made(bench: Workbench) -> None:
    write(bench, server="clientId: lamp, keepAlive: 20, sessionExpiryInterval: 3600, cleanSession: true")
    assert bench.warnings() == []
    text = " ".join(bench.compile().package.files["services/test.py"].split())
    assert "asks for ``MQTT_CLIENT_ID=lamp``, ``MQTT_KEEPALIVE=20``, ``MQTT_SESSION_EXPIRY=0``." in text


@pytest.mark.parametrize(
    ("where", "text", "said"),
    [
        ("server", "lastWill: {topic: other/+/place, message: x}", "'lastWill'"),
        ("server", "maximumPacketSize: 1000", "'maximumPacketSize'"),
        ("channel", "qos: 1", "'qos'"),
        ("operation", "shared: true", "'shared'"),
        ("message", "responseTopic: a/b", "'responseTopic'"),
        ("message", "correlationData: {type: string}", "'correlationData'"),
        ("message", "payloadFormatIndicator: 1", "'payloadFormatIndicator'"),
    ],
)
def test_binding_without_effect_is_reported(bench: Workbench, where: str, text: str, said: str) -> None:
    write(bench, **{where: text})
    try:
        found = bench.warnings()
    except CompileError as error:  # the published schema refuses some of them
        found = str(error).splitlines()
    assert any(f"TW217 warning: {said} of this mqtt binding is not used" in line for line in found)


async def test_settings_and_last_will_of_a_server_binding_are_those_of_the_client(bench: Workbench) -> None:
    will = "lastWill: {topic: other/place, message: gone, qos: 1, retain: true}"
    write(bench, server=f"clientId: lamp, keepAlive: 20, cleanSession: true, {will}")
    assert bench.warnings() == []
    client = bench.load(inside="services").Test
    with MemoryBroker() as broker:
        lamp = client(broker.url, "lamp")
        assert (lamp.settings.keepalive, lamp.settings.session_expiry) == (20, 0)
        assert client(broker.url, "lamp", keepalive=7).settings.keepalive == 7
        await lamp.connect()
        broker.disconnect("lamp")
        assert [(item.topic, item.payload, item.retain) for item in broker.messages] == [("other/place", b"gone", True)]


def test_last_will_on_the_health_topic_is_what_the_client_does(bench: Workbench) -> None:
    write(bench, server="lastWill: {topic: system/health/lamp, qos: 1, retain: true, message: x}")
    assert bench.warnings() == []


@pytest.mark.parametrize("protocol", ["kafka", "ws", "amqp", "http"])
def test_document_of_another_protocol_compiles_with_one_warning(bench: Workbench, protocol: str) -> None:
    bench.write(
        f"servers: {{s: {{host: h, protocol: {protocol}}}, t: {{host: i, protocol: {protocol}}}}}\n"
        f"channels:\n  a: {{address: a.b, messages: {{M: {MESSAGE}}}}}\n"
        f"  c: {{address: c, messages: {{N: {MESSAGE}}}}}\n"
    )
    (warning,) = bench.warnings()
    assert warning.startswith("test.yaml:3:1: TW218 warning: no server speaks MQTT")


@pytest.mark.parametrize("where", ["operation", "message", "channel", "server"])
def test_bindings_under_another_key_are_reported(bench: Workbench, where: str) -> None:
    texts = dict.fromkeys(("operation", "message", "channel", "server"), "bindings: {}")
    texts[where] = "bindings: {mqtt5: {qos: 2}}"
    bench.write(
        "asyncapi: 2.6.0\ninfo: {title: Test, version: 1.0.0}\n"
        f"servers: {{s: {{url: h, protocol: mqtt, {texts['server']}}}}}\n"
        f"channels:\n  a:\n    {texts['channel']}\n    subscribe:\n      {texts['operation']}\n"
        f"      message: {{payload: {{type: string}}, {texts['message']}}}\n",
        head="",
    )
    (found,) = (warning for warning in bench.warnings() if "mqtt5" in warning)
    assert "TW217 warning: bindings under 'mqtt5' are not used" in found
