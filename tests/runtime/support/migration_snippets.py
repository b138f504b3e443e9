"""The "After" snippets of the reference system's migration guide, as they are written there."""

from __future__ import annotations

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
