"""Payloads that are not JSON: raw bytes, and texts with a schema of one string, number or boolean."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from topicwright import DecodeError, MQTTClient, Topic
from topicwright.codec.decoder import Decoder
from topicwright.mqtt.message import Incoming
from topicwright.testing import MemoryBroker

from tests.codegen.support.workbench import Workbench

COMPONENTS = """
components:
  schemas:
    Bytes: {type: string, format: binary}
    Level: {type: integer, minimum: 0}
"""


def write(bench: Workbench, message: str) -> None:
    bench.write(f"channels: {{a: {{address: a, messages: {{M: {message}}}}}}}\n{COMPONENTS}")


def topic_of(module: ModuleType) -> Topic[Any, Any, Any]:
    return next(item for item in vars(module).values() if isinstance(item, Topic))


async def sent(topic: Any, data: Any) -> bytes:
    with MemoryBroker() as broker:
        async with MQTTClient(broker.url, "one") as client:
            await client.publish(topic, data)
        return next(message.payload for message in broker.messages if message.topic == "a")


@pytest.mark.parametrize("payload", ["{type: string, format: binary}", "{$ref: '#/components/schemas/Bytes'}"])
def test_a_binary_payload_is_bytes(bench: Workbench, payload: str) -> None:
    write(bench, f"{{payload: {payload}}}")
    assert bench.warnings() == []
    assert bench.load().M.model is bytes


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ("{type: string}", b"plain text", "plain text"),
        ("{type: string}", b'"quoted"', '"quoted"'),
        ("{type: string}", b"5", "5"),
        ("{type: string}", b"", ""),
        ("{type: string, enum: [on, 'off']}", b"on", "on"),
        ("{type: integer}", b"5", 5),
        ("{$ref: '#/components/schemas/Level'}", b"5", 5),
        ("{type: number}", b"-1.5", -1.5),
        ("{type: boolean}", b"true", True),
        ("{enum: ['1', '2']}", b"1", "1"),
        ("{enum: [1, 2]}", b"2", 2),
    ],
)
async def test_a_text_with_a_schema_is_typed(bench: Workbench, schema: str, text: bytes, value: object) -> None:
    write(bench, f"{{contentType: text/plain, payload: {schema}}}")
    assert bench.warnings() == []
    module = bench.load(inside="a.topics")
    topic = topic_of(module)
    data = topic.model.model_validate(value)
    assert await sent(topic, data) == text
    assert Decoder(topic).decode(Incoming("a", text)).data == data


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("{type: integer}", b"x"),
        ("{type: integer, minimum: 3}", b"2"),
        ("{type: boolean}", b"{}"),
        ("{type: string}", b"\xff"),
        ("{enum: [a, b]}", b"c"),
    ],
)
def test_a_text_that_its_schema_does_not_allow_is_refused(bench: Workbench, schema: str, text: bytes) -> None:
    write(bench, f"{{contentType: text/plain; charset=utf-8, payload: {schema}}}")
    with pytest.raises(DecodeError):
        Decoder(topic_of(bench.load(inside="a.topics"))).decode(Incoming("a", text))


def test_a_text_of_an_object_is_bytes(bench: Workbench) -> None:
    write(bench, "{contentType: text/xml, payload: {type: object, properties: {a: {type: string}}}}")
    (warning,) = bench.warnings()
    assert "TW307" in warning
