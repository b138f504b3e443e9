"""Every "After" snippet of the reference system's migration guide, run as it is written there."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
import textwrap
import types
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import orjson
import pytest
from runtime_support import SHARED, Clients, Raw, eventually, within
from topicwright import Envelope, MQTTClient
from topicwright.testing import LocalBroker

CONNECT = """
from tars.adapters.mqtt_client import MQTTClient

client = MQTTClient.from_env()  # Reads MQTT_URL, MQTT_CLIENT_ID
await client.connect()
"""
PUBLISH = """
await client.publish_event(
    "memory/results",
    "memory.query.result",
    {"query": query_text, "results": results},
    correlation_id=request_id,
    qos=1,
)
"""
SUBSCRIBE = """
async def handle_query(payload: bytes) -> None:
    envelope = orjson.loads(payload)
    await self._process_query(envelope["data"])

await client.subscribe("memory/query", handle_query, qos=1)
"""
HEALTH = """
await client.publish_health(ok=True, event="startup_complete")
"""
SHUTDOWN = """
await client.shutdown()  # Automatically publishes shutdown health if enabled
"""
SERVICE = """
from tars.adapters.mqtt_client import MQTTClient

class MemoryService:
    def __init__(self):
        self.mqtt_client = MQTTClient.from_env()

    async def start(self):
        await self.mqtt_client.connect()
"""
PUBLISH_KEYWORDS = """
await self.mqtt_client.publish_event(
    topic="topic/name",
    event_type="event.type",
    data=my_data,
    correlation_id=req_id,
    qos=1,
    retain=False,
)
"""
HANDLE_INPUT = """
async def handle_input(payload: bytes) -> None:
    data = orjson.loads(payload)
    # Process data...

await self.mqtt_client.subscribe("input/topic", handle_input, qos=1)
"""
SERVICE_SHUTDOWN = """
async def shutdown(self):
    await self.mqtt_client.shutdown()  # Handles health + cleanup
"""
REQUEST_RESPONSE = """
request_id = str(uuid.uuid4())
self._pending[request_id] = asyncio.Future()

await mqtt_client.publish_event(
    "llm/request",
    "llm.request",
    {"text": prompt},
    correlation_id=request_id,
)

async def handle_response(payload: bytes) -> None:
    data = orjson.loads(payload)
    req_id = data.get("id")
    if req_id in self._pending:
        self._pending.pop(req_id).set_result(data)

await mqtt_client.subscribe("llm/response", handle_response)

# Wait for response with timeout
return await asyncio.wait_for(self._pending[request_id], timeout=30.0)
"""
WILDCARD = """
async def handle_health(payload: bytes) -> None:
    data = orjson.loads(payload)
    service = data["source"]
    # Process health from any service...

await mqtt_client.subscribe("system/health/+", handle_health)
"""
SEVERAL = """
async def handle_topic1(payload: bytes) -> None:
    # Handle topic1

async def handle_topic2(payload: bytes) -> None:
    # Handle topic2

await mqtt_client.subscribe("topic1", handle_topic1)
await mqtt_client.subscribe("topic2", handle_topic2)
"""
CONTEXT = """
async def main():
    async with MQTTClient.from_env() as client:
        # Automatically connects on enter

        await client.publish_event("status", "service.ready", {})

        async def handler(payload: bytes):
            # Process messages
            pass

        await client.subscribe("commands/#", handler)

        # Run service logic...
        await asyncio.Event().wait()

        # Automatically shuts down on exit (even on exception)
"""
IN_CODE = """
client = MQTTClient(
    mqtt_url="mqtt://localhost:1883",
    client_id="my-service",
    source_name="my-service",
    enable_health=True,
    enable_heartbeat=True,
    heartbeat_interval=30.0,
    dedupe_ttl=60.0,
    dedupe_max_entries=1000,
    keepalive=60,
    reconnect_min_delay=1.0,
    reconnect_max_delay=60.0,
)
"""
MEMORY_WORKER = """
from tars.adapters.mqtt_client import MQTTClient

class MemoryService:
    def __init__(self):
        self.mqtt = MQTTClient.from_env()

    async def run(self):
        await self.mqtt.connect()
        await self.mqtt.subscribe("memory/query", self._handle_query)

    async def _handle_query(self, payload: bytes) -> None:
        data = orjson.loads(payload)
        # Process query...
"""
LLM_WORKER = """
from tars.adapters.mqtt_client import MQTTClient

class LLMService:
    def __init__(self):
        self.mqtt = MQTTClient.from_env()
        self._pending = {}

    async def start(self):
        await self.mqtt.connect()
        await self.mqtt.subscribe("llm/request", self._handle_request)

    async def _handle_request(self, payload: bytes) -> None:
        data = orjson.loads(payload)
        request_id = data["id"]

        # Process LLM request...
        response = await self._generate_response(data["data"])

        # Publish response with same correlation ID
        await self.mqtt.publish_event(
            "llm/response",
            "llm.completion",
            {"reply": response},
            correlation_id=request_id,
        )
"""
SNIPPETS = {name: text for name, text in vars().copy().items() if name.isupper() and isinstance(text, str)}

Run = Callable[..., Awaitable[Any]]


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_these_are_all_the_snippets_of_the_guide():
    guide = SHARED / "facts" / "migration-guide.md"
    if not guide.exists():
        pytest.skip("the reference system's migration guide is not here (../shared)")
    text = guide.read_text("utf-8")
    blocks = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "..., dedupe_ttl" not in block]
    after = [block for block in blocks if not re.search(r"Wrapper|\.messages\(\)|self\._client|Envelope\.new", block)]
    after = [block for block in after if "Manual topic matching" not in block]
    assert sorted(map(plain, after)) == sorted(map(plain, SNIPPETS.values()))


@pytest.fixture(autouse=True)
def imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the generated aliases where the SDK is not installed."""
    if importlib.util.find_spec("tars") is not None:
        return
    for name in ("tars", "tars.adapters"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    alias = types.ModuleType("tars.adapters.mqtt_client")
    vars(alias)["MQTTClient"] = MQTTClient
    monkeypatch.setitem(sys.modules, alias.__name__, alias)


@pytest.fixture
def env(mosquitto: LocalBroker, monkeypatch: pytest.MonkeyPatch) -> LocalBroker:
    monkeypatch.setenv("MQTT_URL", mosquitto.url)
    monkeypatch.setenv("MQTT_CLIENT_ID", "memory-worker")
    monkeypatch.setenv("MQTT_ENABLE_HEALTH", "true")
    return mosquitto


class Maker:
    """Keeps the clients that snippets make, to shut them down."""

    def __init__(self) -> None:
        self.clients: list[MQTTClient] = []

    async def __call__(*given: Any, **names: Any) -> dict[str, Any]:
        """Run a snippet as the body of an ``async def`` and return its names."""
        self, text = given  # not by name: snippets use ``self`` too
        space: dict[str, Any] = {"asyncio": asyncio, "orjson": orjson, "uuid": uuid, "MQTTClient": MQTTClient, **names}
        # A function whose body is a comment is no Python.
        body = re.sub(r"(\n    # Handle topic\d\n)", r"\1    pass\n", text)
        lines = [*textwrap.indent(body, "    ").splitlines(), "    return locals()"]
        exec("\n".join(["async def snippet():", *lines]), space)
        found = await within(space["snippet"]())
        if isinstance(found, dict) and isinstance(found.get("client"), MQTTClient):
            self.clients.append(found["client"])
        return found  # type: ignore[no-any-return]


@pytest.fixture
def run() -> Iterator[Maker]:
    return Maker()  # type: ignore[return-value]


async def test_connection_publish_subscribe_health_shutdown(env: LocalBroker, clients: Clients, run: Maker):
    watcher, raw, health = await clients(env.url, "watcher"), Raw(), Raw()
    await watcher.subscribe("memory/results", raw, qos=1)
    await watcher.subscribe("system/health/+", health, qos=1)
    client = (await run(CONNECT))["client"]
    await run(PUBLISH, client=client, query_text="Mars", results=[], request_id="7")
    body = orjson.loads((await raw.get())[0][1])
    assert (body["id"], body["type"], body["data"]) == ("7", "memory.query.result", {"query": "Mars", "results": []})
    processed: list[object] = []

    class Self:
        async def _process_query(self, data: object) -> None:
            processed.append(data)

    await run(SUBSCRIBE, client=client, self=Self())
    await watcher.publish_event("memory/query", "memory.query", {"text": "x"}, qos=1)
    await eventually(lambda: processed == [{"text": "x"}])
    await run(HEALTH, client=client)
    await run(SHUTDOWN, client=client)
    await eventually(lambda: len(health.items) == 3)
    assert [orjson.loads(payload)["data"]["event"] for _, payload in health.items] == [
        "ready",
        "startup_complete",
        "shutdown",
    ]


async def test_a_service_class_step_by_step(env: LocalBroker, clients: Clients, run: Maker):
    watcher, raw = await clients(env.url, "watcher"), Raw()
    await watcher.subscribe("topic/name", raw, qos=1)
    service = (await run(SERVICE))["MemoryService"]()
    await service.start()
    await run(PUBLISH_KEYWORDS, self=service, my_data={"a": 1}, req_id="9")
    assert orjson.loads((await raw.get())[0][1])["id"] == "9"
    await run(HANDLE_INPUT, self=service)
    await watcher.publish_event("input/topic", "x", {}, qos=1)
    await eventually(lambda: service.mqtt_client.stats().filters["input/topic"].handled == 1)
    shutdown = (await run(SERVICE_SHUTDOWN))["shutdown"]
    await shutdown(service)
    assert not service.mqtt_client.connected


async def test_request_and_response_with_futures_by_hand(env: LocalBroker, clients: Clients, run: Maker):
    class Service:
        def __init__(self) -> None:
            self._pending: dict[str, asyncio.Future[Any]] = {}

    llm = (await run(LLM_WORKER))["LLMService"]()

    async def generate(data: dict[str, str]) -> str:
        await asyncio.sleep(0.05)  # longer than the snippet takes to subscribe
        return f"echo {data['text']}"

    llm._generate_response = generate
    await llm.start()
    client = await clients(env.url, "asker")
    reply = await run(REQUEST_RESPONSE, self=Service(), mqtt_client=client, prompt="Mars")
    assert (reply["type"], reply["data"]) == ("llm.completion", {"reply": "echo Mars"})
    await llm.mqtt.shutdown()


async def test_wildcards_and_several_subscriptions(env: LocalBroker, clients: Clients, run: Maker):
    client = await clients(env.url, "me")
    await run(WILDCARD, mqtt_client=client)
    await run(SEVERAL, mqtt_client=client)
    service = (await run(CONNECT))["client"]
    for name in ("topic1", "topic2"):
        await client.publish_event(name, "x", {})
    await eventually(
        lambda: (
            {name: counts.handled for name, counts in client.stats().filters.items()}
            == {
                "system/health/+": 1,
                "topic1": 1,
                "topic2": 1,
            }
        )
    )
    await service.shutdown()


async def test_the_context_manager(env: LocalBroker, clients: Clients, run: Maker):
    client, raw = await clients(env.url, "watcher"), Raw()
    await client.subscribe("#", raw, qos=1)
    main = asyncio.create_task((await run(CONTEXT))["main"]())
    await eventually(lambda: "status" in raw.topics)
    main.cancel()
    await asyncio.gather(main, return_exceptions=True)
    await eventually(lambda: b"shutdown" in raw.items[-1][1])


async def test_configuration_in_code(run: Maker):
    assert (await run(IN_CODE))["client"].settings.dedupe_max_entries == 1000


async def test_the_memory_worker(env: LocalBroker, clients: Clients, run: Maker):
    service = (await run(MEMORY_WORKER))["MemoryService"]()
    await service.run()
    client = await clients(env.url, "me")
    await client.publish_event("memory/query", "memory.query", {"text": "x"})
    await eventually(lambda: service.mqtt.stats().filters["memory/query"].handled == 1)
    await service.mqtt.shutdown()


def test_key_error_and_runtime_error_of_the_troubleshooting_section():
    with pytest.raises(KeyError, match="MQTT_URL"):
        MQTTClient.from_env()
    with pytest.raises(RuntimeError, match="not connected"):
        asyncio.run(MQTTClient("mqtt://localhost", "me").publish_event("a", "a", {}))


def test_the_envelope_of_the_before_code_still_works():
    envelope = Envelope.new(event_type="memory.query.result", data={"query": "q"}, correlate="7")
    assert orjson.loads(orjson.dumps(envelope.model_dump()))["id"] == "7"
