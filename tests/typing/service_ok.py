"""Code of a service author, without an error in any type checker."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from topicwright import Call, MQTTClient, Topic

from tars import ANY, Event, TarsClient
from tars.camera import CameraFrameHeaders
from tars.character import CharacterGetRequest, CharacterSnapshot
from tars.health import HealthPing, HealthStatusParams
from tars.llm import LLMRequest
from tars.memory import MemoryQuery, MemoryQueryResult
from tars.services import MemoryWorker
from tars.sync import TarsClient as BlockingTarsClient
from tars.sync.services import MemoryWorker as BlockingMemoryWorker


async def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
    return MemoryQueryResult(query=event.data.text, k=event.data.top_k)


async def on_health(event: Event[HealthPing, HealthStatusParams]) -> None:
    print(event.params.client_id, event.data.ok)


async def on_any_health(event: Event[HealthPing]) -> None:
    print(event.topic, event.data.ok)


async def on_jpeg(event: Event[bytes, object, CameraFrameHeaders]) -> None:
    print(len(event.data), event.headers.width)


async def main() -> None:
    async with TarsClient.from_env() as tars:
        await tars.serve_memory_query(answer)
        await tars.on_health_status(on_health)
        await tars.on_health_status(on_health, client_id=ANY)
        await tars.on_health_status(on_any_health, client_id="tars-stt")
        await tars.on_health_status(on_health, client_id="tars-stt")
        await tars.publish_health_status(HealthPing(ok=True), client_id="memory")
        await tars.on_camera_frame_jpeg(on_jpeg)
        results = await tars.request_memory_query(MemoryQuery(text="hello"), timeout=5)
        print(results.truncated)
        async for delta in tars.stream_llm_request(LLMRequest(text="hello")):
            print(delta.delta)
        match await tars.request_character_get(CharacterGetRequest()):
            case CharacterSnapshot(name=name):
                print(name)
            case section:
                print(section.section)
    async with MemoryWorker.from_env() as worker:
        await worker.publish_memory_query_result(results, correlation_id="x")


def answer_at_once(event: Event[MemoryQuery]) -> MemoryQueryResult:
    return MemoryQueryResult(query=event.data.text, k=event.data.top_k)


def on_health_at_once(event: Event[HealthPing, HealthStatusParams]) -> None:
    print(event.params.client_id, event.data.ok)


def blocking() -> None:
    with BlockingTarsClient.from_env(handler_threads=4) as tars:
        tars.serve_memory_query(answer_at_once)
        tars.on_health_status(on_health_at_once, client_id="tars-stt").close()
        tars.publish_health_status(HealthPing(ok=True), client_id="memory")
        results = tars.request_memory_query(MemoryQuery(text="hello"), timeout=5)
        print(results.truncated)
        for delta in tars.stream_llm_request(LLMRequest(text="hello")):
            print(delta.delta)
    with BlockingMemoryWorker.from_env() as worker:
        worker.publish_memory_query_result(results, correlation_id="x")
        worker.run_forever()


class Telemetry(BaseModel):
    battery: float


@dataclass(frozen=True)
class Robot:
    robot: str


TELEMETRY = Topic("fleet/{robot}/telemetry", Telemetry, params=Robot, qos=0, retain=True)
STATUS = Topic("fleet/{robot}/status", "status", dict[str, Any], wire="tars")
FRAME = Topic("camera/frame", bytes, headers=CameraFrameHeaders, content_type="image/jpeg")
ASK = Call(Topic("memory/ask", str), Topic("memory/answer", list[Telemetry]))


async def on_telemetry(event: Event[Telemetry, Robot]) -> None:
    print(event.params.robot, event.data.battery)


async def recall(event: Event[str]) -> list[Telemetry]:
    return [Telemetry(battery=len(event.data))]


async def in_code(client: MQTTClient) -> None:
    await client.on(TELEMETRY, on_telemetry, match={"robot": "r1"})
    await client.publish(TELEMETRY, Telemetry(battery=1), params=Robot("r1"))
    await client.on(FRAME, on_jpeg)
    await client.serve(ASK, recall)
    print((await client.request(ASK, "all"))[0].battery)
