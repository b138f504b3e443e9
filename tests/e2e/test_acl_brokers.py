"""The access rules of TARS on real brokers: each service may do what the catalog declares, tried topic by topic."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from topicwright import AuthenticationError, MQTTClient, SubscribeRejectedError
from topicwright.config.settings import Options
from topicwright.testing import LocalBroker
from topicwright.testing.broker_programs import mosquitto_path
from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.cli import main
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.project.config import Flags, load_config

from tars import Event
from tars.health import HealthPing, HealthStatusParams
from tars.memory import MemoryQuery, MemoryQueryResult
from tars.services import LlmWorker, MemoryWorker, UiWeb
from tests.paths import ROOT

pytestmark = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")

PLUGINS = [Path(folder) / "mosquitto_dynamic_security.so" for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib")]
PLUGINS += sorted(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"))
PASSWORD = "correct horse"
ADMIN = "everyone"
STRANGE = ["$SYS/broker/uptime", "nobody/knows", "memory/query/further", "memory"]


class Tars:
    """What the catalog says, by service: from the compiler's own account of who sends and who receives what."""

    def __init__(self, apis: tuple[Api, ...], catalog: Catalog) -> None:
        topics = [topic for domain in catalog.domains for topic in domain.topics]
        self.services = [service.name for service in catalog.services]
        self.ids = {api.document.path.stem: api.client_ids[0] for api in apis if api.client_ids}
        self.addresses = {str(topic.address) for topic in topics}
        self.senders = {topic.address: set[str]() for topic in topics}
        self.receivers = {topic.address: set[str]() for topic in topics}
        for topic in topics:
            self.senders[topic.address] |= set(topic.publishers)
            self.receivers[topic.address] |= set(topic.subscribers)

    def names(self) -> list[tuple[str, str]]:
        """Return topic names to try, each with its address; for a client id that of each of two services."""
        found: list[tuple[str, str]] = []
        for address in sorted(self.addresses):
            values = ["tars-camera", "tars-router"] if "{" in address else [""]
            found += [(address.replace("{client_id}", v).replace("{service}", v), address) for v in values]
        return found + [(name, "") for name in STRANGE]

    def may_publish(self, service: str, name: str, address: str) -> bool:
        own = "{client_id}" not in address or name.endswith(f"/{self.ids[service]}")
        return own and service in self.senders.get(address, ())

    def may_receive(self, service: str, address: str) -> bool:
        return service in self.receivers.get(address, ())


@pytest.fixture(scope="module")
def tars() -> Tars:
    config = load_config(ROOT, Flags())
    reading = read_catalog(config, Diagnostics())
    return Tars(reading.apis, reading.catalog)


def rules(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = folder / kind
    monkeypatch.chdir(ROOT)
    assert main(["acl", "--broker", kind, "--into", str(path)]) == 0
    path.chmod(0o700)
    return path


def password_file(folder: Path, names: list[str]) -> Path:
    path, salt = folder / "passwords", os.urandom(12)
    digest = base64.b64encode(hashlib.sha512(PASSWORD.encode() + salt).digest()).decode()
    path.write_text("".join(f"{name}:$6${base64.b64encode(salt).decode()}${digest}\n" for name in names))
    path.chmod(0o700)
    return path


def acl_file(folder: Path, tars: Tars, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    path = rules(folder, "mosquitto", monkeypatch)
    with path.open("a") as file:
        file.write(f"\nuser {ADMIN}\ntopic readwrite #\n")
    logins = password_file(folder, [*tars.services, ADMIN])
    return ["allow_anonymous false", f"password_file {logins}", f"acl_file {path}"]


def dynamic_security(folder: Path, tars: Tars, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    plugin = next((path for path in PLUGINS if path.exists()), None)
    if plugin is None:
        pytest.skip("mosquitto's dynamic-security plugin is not installed")
    path = rules(folder, "mosquitto-dynsec", monkeypatch)
    file = json.loads(path.read_text())
    kinds = ("publishClientSend", "publishClientReceive", "subscribePattern")
    everything = [{"acltype": kind, "topic": "#", "priority": 0, "allow": True} for kind in kinds]
    file["roles"].append({"rolename": ADMIN, "acls": everything})
    file["clients"].append({"username": ADMIN, "roles": [{"rolename": ADMIN}]})
    salt = os.urandom(12)
    digest = base64.b64encode(hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 101)).decode()
    for client in file["clients"]:
        client |= {"password": digest, "salt": base64.b64encode(salt).decode(), "iterations": 101}
    path.write_text(json.dumps(file))
    again = path.read_text()
    monkeypatch.chdir(ROOT)
    assert main(["acl", "--broker", "mosquitto-dynsec", "--into", str(path)]) == 0
    assert sorted(map(str, json.loads(path.read_text())["clients"])) == sorted(map(str, json.loads(again)["clients"]))
    return ["allow_anonymous false", f"plugin {plugin}", f"plugin_opt_config_file {path}"]


@pytest.fixture(params=[acl_file, dynamic_security], ids=["acl_file", "dynamic_security"])
def broker(
    request: pytest.FixtureRequest, tmp_path: Path, tars: Tars, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalBroker]:
    make: Callable[[Path, Tars, pytest.MonkeyPatch], list[str]] = request.param
    with LocalBroker(kind="mosquitto", config=make(tmp_path, tars, monkeypatch)) as broker:
        yield broker


def login(broker: LocalBroker, name: str, client_id: str) -> MQTTClient:
    return MQTTClient(url(broker, name), client_id, session_expiry=0)


async def try_publish(port: int, username: str, client_id: str, topic: str) -> bool:
    """Log in, publish with QoS 1, and return whether that was allowed (PUBACK, MQTT 5 section 3.4.2.1).

    Bytes by hand, and a connection for each: mosquitto 2.0.11 ends that of a client after each publish it denies.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    login = b"".join(map(_text, (client_id, username, PASSWORD)))
    writer.write(_packet(0x10, _text("MQTT") + b"\x05\xc2\x00\x3c\x00" + login))
    writer.write(_packet(0x32, _text(topic) + b"\x00\x01\x00{}"))
    try:
        assert (await _read(reader))[:2] == (0x20, 0), "CONNACK"
        kind, reason = await _read(reader)
        assert kind == 0x40, "PUBACK"
        assert reason in (0x00, 0x10, 0x87)
        return reason != 0x87
    finally:
        writer.transport.abort()


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def _packet(kind: int, body: bytes) -> bytes:
    assert len(body) < 128, "a short packet"
    return bytes((kind, len(body))) + body


async def _read(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Return the kind of the next packet and its reason code; PUBACK of success may leave that out."""
    kind, length = await reader.readexactly(2)
    body = await reader.readexactly(length)
    at = 1 if kind == 0x20 else 2
    return kind, body[at] if len(body) > at else 0


async def test_each_service_publishes_exactly_what_the_catalog_allows(broker: LocalBroker, tars: Tars) -> None:
    for service in tars.services:
        for name, address in tars.names():
            allowed = await try_publish(broker.port, service, tars.ids[service], name)
            assert allowed == tars.may_publish(service, name, address), (service, name)


async def test_each_service_receives_exactly_what_the_catalog_allows(broker: LocalBroker, tars: Tars) -> None:
    got: dict[str, set[str]] = {service: set() for service in tars.services}

    async def listen(client: MQTTClient, service: str, *filters: str) -> None:
        async def handler(payload: bytes, topic: str) -> None:
            got[service].add(topic)

        for filter_ in filters:
            # mosquitto 2.0.11 grants what an acl_file denies and delivers nothing; the plugin refuses.
            with suppress(SubscribeRejectedError):
                await client.subscribe(filter_, handler, qos=1)

    filters = [*(name for name, _ in tars.names()), "#", "system/#", "system/health/+", "camera/+"]
    clients = [login(broker, service, tars.ids[service]) for service in tars.services]
    async with login(broker, ADMIN, ADMIN) as admin:
        for client, service in zip(clients, tars.services, strict=True):
            await client.connect()
            await listen(client, service, *filters)
        for name, _ in tars.names():
            if not name.startswith("$"):
                await admin.publish_event(name, "try", {}, qos=1)
        for client, service in zip(clients, tars.services, strict=True):
            await listen(client, service, "last")  # its answer comes behind every message
            await client.shutdown()
    for service in tars.services:
        expected = {name for name, address in tars.names() if tars.may_receive(service, address)}
        assert got[service] == expected, service


async def test_services_work_under_their_rules(broker: LocalBroker, tars: Tars) -> None:
    """Requests and replies, health, heartbeat and the Last Will, each with the login of its service."""
    quick: Options = {"enable_health": True, "enable_heartbeat": True, "session_expiry": 0}
    missed = asyncio.Event()

    async def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
        return MemoryQueryResult(query=event.data.text, k=0, results=[])

    async def hear(event: Event[HealthPing, HealthStatusParams]) -> None:
        if (event.params.client_id, event.data.event) == (memory.client_id, "connection_lost"):
            missed.set()

    memory = MemoryWorker(url(broker, "memory-worker"), tars.ids["memory-worker"], **quick)
    llm = LlmWorker(url(broker, "llm-worker"), tars.ids["llm-worker"], **quick)
    ui = UiWeb(url(broker, "ui-web"), tars.ids["ui-web"], **quick)
    async with memory, llm, ui, asyncio.timeout(15):
        await ui.on_health_status(hear)
        await memory.serve_memory_query(answer)
        assert (await llm.request_memory_query(MemoryQuery(text="Mars"))).query == "Mars"
        memory._core.session._connection.abort()  # as a crash does
        await missed.wait()


def url(broker: LocalBroker, name: str) -> str:
    return f"mqtt://{name}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{broker.port}"


async def test_a_login_that_is_not_in_the_catalog_has_no_access(broker: LocalBroker) -> None:
    for address in (f"mqtt://127.0.0.1:{broker.port}", f"mqtt://stranger:x@127.0.0.1:{broker.port}"):
        with pytest.raises(AuthenticationError):
            await MQTTClient(address, "stranger").connect()
