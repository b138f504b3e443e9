"""A small catalog: the topics and models of the runtime's tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import Field
from topicwright import Call, Event, Model, NoHeaders, NoParams, Omittable, RootModel, Topic, new_id, now
from topicwright.codec.decoder import Decoder
from topicwright.mqtt.message import Incoming

T = TypeVar("T")


class Hit(Model):
    text: str
    score: float = 0.0


class MemoryQuery(Model):
    message_id: str = Field(default_factory=new_id)
    text: str
    top_k: int = Field(default=5, ge=1, le=50)
    note: Omittable[str] = None


class MemoryQueryResult(Model):
    query: str
    k: int
    results: list[Hit] = Field(default_factory=list[Hit])


class Frame(Model):
    data: str
    ts: float = Field(default_factory=now)


@dataclass(frozen=True, slots=True)
class FrameParams:
    camera_id: str


@dataclass(frozen=True, slots=True)
class SideParams:
    side: Literal["left", "right"]
    index: int


class Delta(Model):
    id: str
    seq: int
    delta: str = ""
    done: bool = False


class LLMRequest(Model):
    id: str = ""
    text: str


class LLMResponse(Model):
    id: str
    reply: str


class Snapshot(Model):
    name: str


class Section(Model):
    section: str
    value: str


class SectionRequest(Model):
    section: Omittable[str] = None


class ToolCall(Model):
    call_id: str = Field(default_factory=new_id)
    name: str


class ToolResult(Model):
    call_id: str
    result: str


class Numbers(RootModel[list[int]]):
    pass


class FreeForm(Model):
    values: dict[str, Any] = Field(default_factory=dict[str, Any])


class TraceHeaders(Model):
    trace: str
    hop: int = 0
    note: Omittable[str] = None


def topic(address: str | None, kind: str, model: type[T], **options: Any) -> Topic[T, Any, Any]:
    fields: dict[str, Any] = {"params": NoParams, "headers": NoHeaders, "wire": "tars", **options}
    return Topic(address=address, event_type=kind, model=model, **fields)


MEMORY_QUERY = topic("memory/query", "memory.query", MemoryQuery)


MEMORY_QUERY_RESULT = topic("memory/results", "memory.query.result", MemoryQueryResult)


MEMORY: Call[MemoryQuery, MemoryQueryResult, NoParams, NoHeaders] = Call(
    request=MEMORY_QUERY, replies=(MEMORY_QUERY_RESULT,)
)


CAMERA_FRAME = topic("camera/{camera_id}/frame", "camera.frame", Frame, params=FrameParams)


SIDE = topic("robot/{side}/arm-{index}/moved", "arm.moved", Frame, params=SideParams)


LLM_REQUEST = topic("llm/request", "llm.request", LLMRequest, correlation="id")


LLM_RESPONSE = topic("llm/response", "llm.completion", LLMResponse, correlation="id", former_types=("llm.response",))


LLM_STREAM = topic("llm/stream", "llm.stream", Delta, correlation="id")


LLM: Call[LLMRequest, LLMResponse, NoParams, NoHeaders] = Call(request=LLM_REQUEST, replies=(LLM_RESPONSE,))


LLM_DELTAS: Call[LLMRequest, Delta, NoParams, NoHeaders] = Call(
    request=LLM_REQUEST, replies=(LLM_STREAM,), until="done"
)


CHARACTER_GET = topic("character/get", "character.get", SectionRequest)


SNAPSHOT = topic("character/result", "character.snapshot", Snapshot)


SECTION = topic("character/result", "character.section", Section)


CHARACTER: Call[SectionRequest, Any, NoParams, NoHeaders] = Call(request=CHARACTER_GET, replies=(SNAPSHOT, SECTION))


TOOL_CALL = topic("llm/tools/call", "llm.tools.call", ToolCall, correlation="call_id")


TOOL_RESULT = topic("llm/tools/result", "llm.tools.result", ToolResult, correlation="call_id")


TOOL: Call[ToolCall, ToolResult, NoParams, NoHeaders] = Call(request=TOOL_CALL, replies=(TOOL_RESULT,))


NUMBERS = topic("numbers", "numbers", Numbers, wire="none")


JPEG = topic("camera/frame/jpeg", "camera.jpeg", bytes, wire="none", content_type="image/jpeg", headers=TraceHeaders)


CLOUD = topic("cloud", "cloud.thing", Hit, wire="cloudevents")


BARE_REQUEST = topic("bare/request", "bare.request", Hit, wire="none")


BARE_REPLY = topic("bare/reply", "bare.reply", Hit, wire="none")


BARE: Call[Hit, Hit, NoParams, NoHeaders] = Call(request=BARE_REQUEST, replies=(BARE_REPLY,))


INBOX_REPLY = topic(None, "inbox.reply", Hit, wire="none")


INBOX: Call[Hit, Hit, NoParams, NoHeaders] = Call(request=BARE_REQUEST, replies=(INBOX_REPLY,))


TARS_INBOX_REPLY = topic(None, "tars.inbox.reply", Hit)


TARS_INBOX: Call[MemoryQuery, Hit, NoParams, NoHeaders] = Call(request=MEMORY_QUERY, replies=(TARS_INBOX_REPLY,))


STATE = topic("state/lamp", "state.lamp", Hit, retain=True)


Query = Event[MemoryQuery]


async def answer_memory(event: Query) -> MemoryQueryResult:
    return MemoryQueryResult(query=event.data.text, k=event.data.top_k)


def decode(decoder: Decoder[T], name: str, payload: bytes) -> Event[T, Any, Any]:
    """Read a message that came over no connection."""
    return decoder.read(Incoming(name, payload))
