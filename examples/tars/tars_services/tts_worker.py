"""Text to speech: publishes the status events of each text at the pace of a voice."""

from __future__ import annotations

import asyncio
from typing import Literal

from tars import Event
from tars.services import TtsWorker
from tars.tts import TtsControlCommand, TtsSay, TtsStatus

from .run import run

SECONDS_A_CHARACTER = 0.012


async def start(tars: TtsWorker) -> None:
    """Register the handlers of this service."""
    playing = asyncio.Event()
    playing.set()
    stopped = asyncio.Event()

    async def say(event: Event[TtsSay]) -> None:
        speech = event.data
        stopped.clear()
        await tars.publish_tts_status(TtsStatus(event="speaking_start", text=speech.text, utt_id=speech.utt_id))
        for _ in speech.text:
            await playing.wait()
            if stopped.is_set():
                break
            await asyncio.sleep(SECONDS_A_CHARACTER)
        outcome: Literal["stopped", "speaking_end"] = "stopped" if stopped.is_set() else "speaking_end"
        await tars.publish_tts_status(TtsStatus(event=outcome, text=speech.text, utt_id=speech.utt_id))

    async def control(event: Event[TtsControlCommand]) -> None:
        match event.data.action:
            case "pause":
                playing.clear()
            case "resume":
                playing.set()
            case "stop":
                playing.set()
                stopped.set()
            case "mute" | "unmute":
                pass  # this voice has no volume

    await tars.on_tts_say(say)
    await tars.on_tts_control(control)


if __name__ == "__main__":
    run(TtsWorker, start)
