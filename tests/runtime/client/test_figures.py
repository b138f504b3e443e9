"""The figures that the reference system states, with generous bounds, and the size of the client."""

from __future__ import annotations

import asyncio
import inspect
import time

from topicwright.client import mqtt_client as client_module
from topicwright.testing import LocalBroker

from tests.runtime.support.clients import Clients, Raw, eventually, within


async def test_publish_takes_under_10_ms_at_over_100_messages_a_second(mosquitto: LocalBroker, clients: Clients):
    client, raw = await clients(mosquitto.url), Raw()
    await client.subscribe("a", raw, qos=1)
    times: list[float] = []
    start = time.perf_counter()
    for number in range(300):
        before = time.perf_counter()
        await client.publish_event("a", "a", {"n": number}, qos=1)
        times.append(time.perf_counter() - before)
    await raw.get(300)
    assert sorted(times)[150] < 0.010
    assert 300 / (time.perf_counter() - start) > 100


async def test_a_reconnect_takes_less_than_10_s(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, reconnect_min_delay=0.5, reconnect_max_delay=5.0)
    mosquitto.kill()
    await eventually(lambda: not client.connected)
    mosquitto.start()
    await eventually(lambda: client.connected, timeout=10)


def test_the_client_module_is_under_500_lines():
    assert len(inspect.getsource(client_module).splitlines()) < 500


SERVICE = """
from topicwright import MQTTClient

async def main():
    async with MQTTClient.from_env() as client:
        async def echo(payload: bytes) -> None:
            await client.publish_event("out", "echo", {"size": len(payload)})
        await client.subscribe("in", echo)
        await client.run_forever()
"""


async def test_a_new_service_has_fewer_than_10_lines(mosquitto: LocalBroker, clients: Clients, monkeypatch):
    assert len(SERVICE.strip().splitlines()) < 10
    monkeypatch.setenv("MQTT_URL", mosquitto.url)
    monkeypatch.setenv("MQTT_CLIENT_ID", "service")
    space: dict[str, object] = {}
    exec(SERVICE, space)
    service = asyncio.create_task(space["main"]())  # type: ignore[operator]
    client, raw = await clients(mosquitto.url), Raw()
    await client.subscribe("out", raw)
    while not raw.items:
        await client.publish_event("in", "x", {})
        await asyncio.sleep(0.01)
    service.cancel()
    await within(asyncio.gather(service, return_exceptions=True))
