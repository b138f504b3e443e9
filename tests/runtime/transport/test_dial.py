"""Ways to a broker: several addresses of one name, Unix sockets, proxies, WebSocket paths and headers."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from topicwright import AuthenticationError, BrokerUnavailableError, ConfigurationError, MQTTClient
from topicwright.testing import LocalBroker
from topicwright.transport.link import dial

from tests.runtime.support.clients import Clients, Raw, eventually, make, needs_mosquitto, within
from tests.runtime.support.network import WebSocketProxy
from tests.runtime.support.policy_broker import PolicyBroker
from tests.runtime.support.proxies import HttpProxy, Socks5Proxy

TRANSPORTS = pytest.mark.parametrize("over", ["engine", "library"])


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[str, int]]]:
    """Give the addresses of names, which a test fills."""
    known: dict[str, list[tuple[str, int]]] = {}
    real = socket.getaddrinfo

    def lookup(host: Any, *rest: Any, **named: Any) -> Any:
        if host in known:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in known[host]]
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return known


@TRANSPORTS
async def test_an_address_that_does_not_answer_is_left_for_the_next(
    names: dict[str, list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch, over: str
):
    connect, cancelled = dial._connect, asyncio.Event()

    async def dead(address: Any) -> socket.socket:
        if address[1][1] != 9:
            return await connect(address)
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            cancelled.set()

    monkeypatch.setattr(dial, "_connect", dead)
    async with PolicyBroker(lambda _: None) as broker:
        names["broker.test"] = [("127.0.0.1", 9), ("127.0.0.1", 9), ("127.0.0.1", broker.port)]
        client = make("mqtt://broker.test", "me", transport=over)
        await within(client.connect())
        await within(cancelled.wait())
        await client.shutdown()


async def test_a_name_without_an_address_that_answers_tells_why(names: dict[str, list[tuple[str, int]]]):
    names["broker.test"] = [("127.0.0.1", 1), ("127.0.0.2", 1)]
    with pytest.raises(BrokerUnavailableError, match=r"127\.0\.0\.1.*127\.0\.0\.2"):
        await within(make("mqtt://broker.test", "me", transport="engine").connect())


def test_address_families_take_turns():
    four, six = (socket.AF_INET, "4"), (socket.AF_INET6, "6")
    assert [family for family, _ in dial._interleaved([six, six, (socket.AF_INET6, "b"), four])] == [
        socket.AF_INET6,
        socket.AF_INET,
        socket.AF_INET6,
        socket.AF_INET6,
    ]


def accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


@needs_mosquitto
@TRANSPORTS
async def test_a_unix_socket_is_a_way_to_the_broker(clients: Clients, tmp_path: Path, over: str):
    path = tmp_path / "mqtt.sock"
    with LocalBroker(kind="mosquitto", config=[f"listener 0 {path}"]) as broker:
        await eventually(lambda: accepts(path))
        client = await clients(f"unix://{path}", transport=over)
        raw = Raw()
        await client.subscribe("a", raw, qos=1)
        await client.publish_event("a", "a", {}, qos=1)
        await raw.get()
        assert str(client.settings.mqtt_url) == f"unix://{path}"
        broker.kill()
        await eventually(lambda: not client.connected)
        broker.start()
        await eventually(lambda: client.connected)
        await client.publish_event("a", "a", {}, qos=1)


@TRANSPORTS
async def test_a_unix_socket_that_is_not_there_is_unavailable(tmp_path: Path, over: str):
    with pytest.raises(BrokerUnavailableError, match=r"cannot connect to unix:///.*No such file"):
        await within(make(f"unix://{tmp_path}/none", "me", transport=over).connect())


@pytest.mark.parametrize("url", ["unix://", "unix:///", "unix://host/path", "unix:///a?b"])
def test_a_unix_socket_is_a_path_and_nothing_else(url: str):
    with pytest.raises(ConfigurationError, match="unix:///path"):
        MQTTClient(url, "me")


@needs_mosquitto
@TRANSPORTS
@pytest.mark.parametrize("kind", [HttpProxy, Socks5Proxy])
async def test_a_proxy_is_asked_for_the_broker_by_its_name(clients: Clients, over: str, kind: type[HttpProxy]):
    with LocalBroker(kind="mosquitto") as broker:
        async with kind(broker.port, "user:s3cret" if kind is HttpProxy else "") as proxy:
            client = await clients("mqtt://broker.invalid:1883", transport=over, proxy=proxy.url)
            await client.publish_event("a", "a", {}, qos=1)
            assert proxy.asked == ["broker.invalid:1883"]
            assert "s3cret" not in repr(client.settings)


@TRANSPORTS
async def test_a_proxy_that_refuses_is_named_without_its_password(over: str):
    async with HttpProxy(1, "user:right") as proxy:
        wrong = proxy.url.replace("right", "s3cret")
        with pytest.raises(BrokerUnavailableError, match=r"the proxy http://127.*refused.*407") as caught:
            await within(make("mqtt://broker.invalid", "me", transport=over, proxy=wrong).connect())
    assert "s3cret" not in str(caught.value)
    with pytest.raises(BrokerUnavailableError, match=r"the proxy http://127.*cannot be reached"):
        await within(make("mqtt://broker.invalid", "me", transport=over, proxy=wrong).connect())


@pytest.mark.parametrize("url", ["ftp://p:1", "http://p", "p:1", "http://p:1/path", "socks5://:1"])
def test_what_is_no_proxy_is_refused_and_not_repeated(url: str):
    with pytest.raises(ConfigurationError, match="a proxy is http://") as caught:
        MQTTClient("mqtt://h", "me", proxy=url.replace("//", "//u:s3cret@"))
    assert "s3cret" not in str(caught.value)


@needs_mosquitto
async def test_path_query_and_headers_of_a_web_socket_are_sent_and_not_shown(clients: Clients):
    with LocalBroker(kind="mosquitto") as broker:
        async with WebSocketProxy(broker.port) as proxy:
            url = f"ws://127.0.0.1:{proxy.port}/some/path?token=s3cret"
            headers = {"Authorization": "Bearer s3cret", "X-Other": "a, b"}
            client = await clients(url, websocket_headers=headers)
            await client.publish_event("a", "a", {}, qos=1)
    head = proxy.requests[0]
    assert head.startswith("GET /some/path?token=s3cret HTTP/1.1")
    assert "Authorization: Bearer s3cret" in head
    assert "X-Other: a, b" in head
    assert "s3cret" not in repr(client) + repr(client.settings)


@pytest.mark.parametrize(
    ("status", "kind"), [("401 Unauthorized", AuthenticationError), ("503 Busy", BrokerUnavailableError)]
)
async def test_a_web_socket_that_is_refused_tells_the_http_status(status: str, kind: type[Exception]):
    async with WebSocketProxy(1, status) as proxy:
        with pytest.raises(kind, match=f"HTTP {status}") as caught:
            await within(make(f"ws://127.0.0.1:{proxy.port}", "me").connect())
    assert caught.value.http_status == int(status[:3])  # type: ignore[attr-defined]


@pytest.mark.parametrize("headers", ['["a"]', "nonsense", '{"a b": "c"}', '{"a": "b\\r\\nc: d"}', '{"a": 1}'])
def test_headers_that_would_break_the_handshake_are_refused(headers: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MQTT_URL", "ws://h")
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    monkeypatch.setenv("MQTT_WEBSOCKET_HEADERS", headers)
    with pytest.raises(ConfigurationError, match="MQTT_WEBSOCKET_HEADERS"):
        MQTTClient.from_env()
