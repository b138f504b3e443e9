"""Connecting, and how it fails: unreachable, refused, TLS, cancelled."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from topicwright import (
    AuthenticationError,
    BrokerUnavailableError,
    ConfigurationError,
    MQTTClient,
    TLSError,
)
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.testing.broker_programs import free_port

from tests.runtime.support.clients import Clients, Raw, make, needs_mosquitto, options, within
from tests.runtime.support.network import Proxy, WebSocketProxy

Broker = LocalBroker | MemoryBroker


async def test_connect_is_idempotent(clients: Clients, broker: Broker):
    client = await clients(broker.url)
    await client.connect()
    assert client.connected
    await asyncio.gather(*(client.connect() for _ in range(5)))
    assert client.connected


async def test_concurrent_connects_make_one_connection(memory_broker: MemoryBroker, clients: Clients):
    client = clients.make(memory_broker.url, "me", enable_health=True)
    await asyncio.gather(*(client.connect() for _ in range(10)))
    assert len(memory_broker.messages) == 1
    assert memory_broker.clients() == ["me"]


async def test_an_unreachable_broker_is_reported_fast():
    client = make(f"mqtt://127.0.0.1:{free_port()}", "me")
    with pytest.raises(BrokerUnavailableError, match="cannot connect to mqtt://127"):
        await within(client.connect(), 5)
    assert not client.connected


async def test_a_host_that_does_not_exist_is_unavailable():
    with pytest.raises(BrokerUnavailableError):
        await within(make("mqtt://no-such-host.invalid", "me").connect(), 20)


async def test_a_broker_that_never_answers_is_left_after_the_timeout():
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = make(f"mqtt://127.0.0.1:{port}", "me", connect_timeout=0.3)
        with pytest.raises(BrokerUnavailableError, match=r"did not answer within 0\.3 s"):
            await within(client.connect(), 5)


async def test_row_12_a_broker_that_accepts_and_closes_is_reported_fast(mosquitto: LocalBroker):
    async with Proxy(mosquitto.port) as proxy:
        proxy.refuse = True
        client = make(proxy.url, "me", connect_timeout=30)
        with pytest.raises(BrokerUnavailableError):
            await within(client.connect(), 5)
        proxy.refuse = False
        await within(client.connect())
        await client.shutdown()


@needs_mosquitto
async def test_row_35_a_refused_login_is_final():
    with LocalBroker(kind="mosquitto", username="me", password="p@ss:/w") as broker:
        async with make(broker.url, "good") as client:
            assert client.connected
        wrong = make(f"mqtt://me:wrong@127.0.0.1:{broker.port}", "bad")
        with pytest.raises(AuthenticationError, match="refused the connection") as caught:
            await within(wrong.connect())
        assert caught.value.reason in {0x86, 0x87}
        assert "wrong" not in str(caught.value)
        with pytest.raises(AuthenticationError):
            await within(make(f"mqtt://127.0.0.1:{broker.port}", "anonymous").connect())


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    cert, key = folder / f"{host}.pem", folder / f"{host}.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}"]
    command += ["-addext", f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


@needs_mosquitto
async def test_tls_needs_the_right_authority(tmp_path: Path):
    cert, key = certificate(tmp_path, "127.0.0.1")
    with LocalBroker(kind="mosquitto", certificate=cert, key=key) as broker:
        async with make(broker.url, "good", tls_ca=str(cert)) as client:
            inbox = Raw()
            await client.subscribe("big", inbox, qos=1)
            await client.publish_event("big", "big", {"text": "x" * 300_000}, qos=1)
            assert len((await inbox.get())[0][1]) > 300_000
        with pytest.raises(TLSError, match="no TLS connection"):
            await within(make(broker.url, "unknown-authority").connect(), 8)
        plain = make(f"mqtt://127.0.0.1:{broker.port}", "plain", connect_timeout=30)
        with pytest.raises(BrokerUnavailableError):
            await within(plain.connect(), 8)


@needs_mosquitto
async def test_tls_refuses_a_certificate_of_another_host(tmp_path: Path):
    cert, key = certificate(tmp_path, "other.example")
    with LocalBroker(kind="mosquitto", certificate=cert, key=key) as broker, pytest.raises(TLSError):
        await within(make(broker.url, "me", tls_ca=str(cert)).connect(), 8)


async def test_tls_to_a_plain_listener_is_an_error(mosquitto: LocalBroker):
    client = make(f"mqtts://127.0.0.1:{mosquitto.port}", "me", connect_timeout=2)
    with pytest.raises((TLSError, BrokerUnavailableError)):
        await within(client.connect(), 8)


async def test_row_18_a_cancelled_connect_leaves_the_client_usable(mosquitto: LocalBroker, clients: Clients):
    client = clients.make(mosquitto.url, "me")
    for _ in range(20):
        attempt = asyncio.create_task(client.connect())
        await asyncio.sleep(0)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not client.connected
    await within(client.connect())
    await client.publish_event("a", "a", {}, qos=1)


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_a_connect_that_is_cancelled_anywhere_leaves_the_client_usable(
    memory_broker: MemoryBroker, clients: Clients, steps: int
):
    client = clients.make(memory_broker.url, "me", enable_health=True)
    attempt = asyncio.create_task(client.connect())
    for _ in range(steps):
        await asyncio.sleep(0)
    attempt.cancel()
    await asyncio.gather(attempt, return_exceptions=True)
    await within(client.connect())
    await client.publish_event("a", "a", {}, qos=1)
    assert memory_broker.clients() == ["me"]


@needs_mosquitto
async def test_a_connect_whose_health_is_rejected_fails_and_leaves_nothing_behind(tmp_path: Path):
    acl = tmp_path / "acl"
    acl.write_text("topic read #\n")
    with LocalBroker(kind="mosquitto", config=[f"acl_file {acl}"]) as broker:
        client = make(broker.url, "me", enable_health=True)
        with pytest.raises(Exception, match="rejected"):
            await within(client.connect())
        assert not client.connected


async def test_a_websocket_url_connects_over_the_library(mosquitto: LocalBroker):
    async with WebSocketProxy(mosquitto.port) as proxy:
        inbox = Raw()
        async with MQTTClient(f"ws://127.0.0.1:{proxy.port}/mqtt", "me", **options(transport="auto")) as client:
            await client.subscribe("a", inbox, qos=1)
            await client.publish_event("a", "a", {"text": "x" * 100_000}, qos=1)
            await inbox.get()


async def test_the_engine_refuses_a_websocket_url_and_names_the_other_transport():
    with pytest.raises(ConfigurationError, match="MQTT_TRANSPORT: the engine does not speak WebSocket"):
        await make("ws://127.0.0.1:1/mqtt", "me", transport="engine").connect()
