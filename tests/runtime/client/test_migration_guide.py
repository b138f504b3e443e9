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
from topicwright import Envelope, MQTTClient
from topicwright.testing import LocalBroker

from tests.paths import SHARED
from tests.runtime.support.clients import Clients, Raw, eventually, within
from tests.runtime.support.migration_snippets import (
    CONNECT,
    CONTEXT,
    HANDLE_INPUT,
    HEALTH,
    IN_CODE,
    LLM_WORKER,
    MEMORY_WORKER,
    PUBLISH,
    PUBLISH_KEYWORDS,
    REQUEST_RESPONSE,
    SERVICE,
    SERVICE_SHUTDOWN,
    SEVERAL,
    SHUTDOWN,
    SNIPPETS,
    SUBSCRIBE,
    WILDCARD,
)

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
