"""Mistakes that mypy and pyright must both report, each on the line that ends with its number."""

from dataclasses import dataclass

from pydantic import BaseModel
from topicwright import Call, MQTTClient, Topic

from tars import Event, TarsClient
from tars.camera import CameraCaptureRequest
from tars.health import HealthPing, HealthStatusParams
from tars.memory import MemoryQuery, MemoryQueryResult
from tars.services import MemoryWorker


async def wrong_reply(event: Event[MemoryQuery]) -> HealthPing:
    return HealthPing(ok=True)


async def wrong_event(event: Event[HealthPing, HealthStatusParams]) -> None:
    print(event.params.clent_id)  # mistake: misspelt parameter of an event


async def unnamed(event: Event[HealthPing]) -> None:
    print(event.params.client_id)  # mistake: parameters that the event does not name


def not_async(event: Event[MemoryQueryResult]) -> None: ...


async def wrong_field(event: Event[MemoryQueryResult]) -> None:
    print(event.data.truncate)  # mistake: misspelt field of a payload


async def main(tars: TarsClient, worker: MemoryWorker, result: MemoryQueryResult) -> None:
    await tars.serve_memory_query(wrong_reply)  # mistake: wrong reply type
    await tars.on_memory_query_result(wrong_event)  # mistake: wrong event in a handler
    await tars.on_memory_query_result(not_async)  # mistake: handler that is not async
    await tars.publish_memory_query_result(MemoryQuery(text="a"))  # mistake: wrong payload
    await tars.publish_health_status(HealthPing(ok=True))  # mistake: missing parameter
    await tars.publish_health_status(HealthPing(ok=True), clientid="x")  # mistake: misspelt parameter
    await tars.on_health_status(wrong_event, client_id=5)  # mistake: parameter of the wrong type
    (await tars.request_memory_query(MemoryQuery(text="x"))).truncate  # mistake: misspelt field of a reply
    tars.publish_memory_query_result(result)  # mistake: forgotten await
    await worker.publish_llm_completion(result)  # mistake: a publish that this service does not own
    await tars.publish_camera_capture(CameraCaptureRequest(format="gif"))  # mistake: value that is not in the enum
    MemoryQuery(txt="a")  # mistake: misspelt field of a constructor
    async for _ in tars.stream_llm_request(MemoryQuery(text="x")):  # mistake: wrong request of a stream
        pass
    tars.stream_memory_query(MemoryQuery(text="x"))  # mistake: stream of what does not stream


class Telemetry(BaseModel):
    battery: float


@dataclass(frozen=True)
class Robot:
    robot: str


TELEMETRY = Topic("fleet/{robot}/telemetry", Telemetry, params=Robot)
LEVELS = Topic("fleet/levels", list[int])
ASK = Call(LEVELS, Topic("fleet/answers", "answer", Telemetry))


async def of_robot(event: Event[Telemetry, HealthStatusParams]) -> None: ...


async def in_code(client: MQTTClient) -> None:
    await client.publish(TELEMETRY, Telemetry(battery=1))  # mistake: missing parameters of a topic in code
    await client.publish(TELEMETRY, Robot("r1"), params=Robot("r1"))  # mistake: wrong payload of a topic in code
    await client.publish(LEVELS, ["x"])  # mistake: wrong items of a topic in code
    await client.on(TELEMETRY, of_robot)  # mistake: wrong parameters of a handler of a topic in code
    (await client.request(ASK, [1])).batery  # mistake: misspelt field of a reply in code
    Topic("fleet/levels", Telemetry, qos=3)  # mistake: QoS that does not exist
