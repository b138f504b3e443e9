"""Answers prompts: queries memory for context, streams the answer, then sends the complete answer."""

from __future__ import annotations

from tars import Event
from tars.character import CharacterSnapshot
from tars.llm import LLMCancel, LLMRequest, LLMResponse, LLMStreamDelta
from tars.memory import MemoryQuery
from tars.services import LlmWorker

from .engine import Engine, TemplateEngine
from .run import run


class Worker:
    """Handles one request after the other; a cancelled one ends early."""

    def __init__(self, tars: LlmWorker, engine: Engine) -> None:
        self._tars = tars
        self._engine = engine
        self._name = "TARS"
        self._cancelled: set[str] = set()

    async def know_character(self, event: Event[CharacterSnapshot]) -> None:
        """Update the name of the robot."""
        self._name = event.data.name

    async def cancel(self, event: Event[LLMCancel]) -> None:
        """Remember that a request is cancelled."""
        self._cancelled.add(event.data.id)

    async def answer(self, event: Event[LLMRequest]) -> LLMResponse:
        """Answer one prompt; this handler itself sends a request to memory."""
        request = event.data
        memories: list[str] = []
        if request.use_rag:
            found = await self._tars.request_memory_query(MemoryQuery(text=request.text, top_k=request.rag_k or 5))
            memories = [item.document for item in found.results if isinstance(item.document, str)]
        reply = await self._speak(request, memories)
        return LLMResponse(id=request.id, reply=reply, provider="local", model=self._engine.name)

    async def _speak(self, request: LLMRequest, memories: list[str]) -> str:
        pieces: list[str] = []
        async for piece in self._engine.answer(request.text, memories, self._name):
            if request.id in self._cancelled:
                break
            pieces.append(piece)
            if request.stream:
                await self._tars.publish_llm_stream(LLMStreamDelta(id=request.id, seq=len(pieces), delta=piece))
        if request.stream:
            await self._tars.publish_llm_stream(LLMStreamDelta(id=request.id, seq=len(pieces) + 1, done=True))
        return "".join(pieces).strip()


async def start(tars: LlmWorker) -> None:
    """Register the handlers of this service."""
    worker = Worker(tars, TemplateEngine())
    await tars.on_system_character_current(worker.know_character)
    await tars.on_llm_cancel(worker.cancel)
    await tars.serve_llm_request(worker.answer)


if __name__ == "__main__":
    run(LlmWorker, start)
