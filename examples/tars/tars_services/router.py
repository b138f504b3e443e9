"""Routes the conversation: transcripts to the language model, and its answer to the voice, sentence by sentence."""

from __future__ import annotations

import re

from tars import Event
from tars.llm import LLMCancel, LLMRequest
from tars.movement import TestMovementRequest
from tars.services import Router
from tars.stt import FinalTranscript
from tars.tts import TtsSay
from tars.wake import WakeEvent

from .run import run

SENTENCE = re.compile(r"(.+?[.!?])(?:\s+|$)", re.DOTALL)


class Sentences:
    """Splits a stream of text into sentences."""

    def __init__(self) -> None:
        self._rest = ""

    def add(self, text: str, *, last: bool) -> list[str]:
        """Return the sentences that are complete now; with ``last`` also an incomplete one."""
        self._rest += text
        found: list[str] = []
        # A full stop at the end may be the first of three, so it counts only when text follows.
        while (match := SENTENCE.match(self._rest)) and (last or match.end() < len(self._rest)):
            found.append(match[1])
            self._rest = self._rest[match.end() :]
        if last and self._rest.strip():
            found.append(self._rest.strip())
        return found


async def start(tars: Router) -> None:
    """Register the handlers of this service."""
    current: str | None = None

    async def on_final(event: Event[FinalTranscript]) -> None:
        nonlocal current
        heard = event.data
        if "wave" in heard.text.lower():
            await tars.publish_movement_test(TestMovementRequest(command="wave"))
        request = LLMRequest(text=heard.text, stream=True, use_rag=True, rag_k=3)
        current = request.id
        sentences = Sentences()
        async for delta in tars.stream_llm_request(request, timeout=30):
            for sentence in sentences.add(delta.delta or "", last=delta.done):
                await tars.publish_tts_say(
                    TtsSay(text=sentence, utt_id=heard.utt_id, stt_ts=heard.ts), correlation_id=event.id
                )
        current = None

    async def on_wake(event: Event[WakeEvent]) -> None:
        if event.data.type in {"interrupt", "cancelled"} and current is not None:
            await tars.publish_llm_cancel(LLMCancel(id=current))

    await tars.on_stt_final(on_final)
    await tars.on_wake_event(on_wake)


if __name__ == "__main__":
    run(Router, start)
