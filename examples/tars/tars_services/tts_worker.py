"""Speaks: prints each text and paces its status events as a voice would."""

from __future__ import annotations

import asyncio
from typing import Literal

from tars import Event
from tars.services import TtsWorker
from tars.tts import TtsControlCommand, TtsSay, TtsStatus

from .run import run

SECONDS_A_CHARACTER = 0.012


async def start(tars: TtsWorker) -> None:
    """Register what this service reacts to."""
    going_on = asyncio.Event()
    going_on.set()
    stopped = asyncio.Event()

    async def say(event: Event[TtsSay]) -> None:
        said = event.data
        stopped.clear()
        await tars.publish_tts_status(TtsStatus(event="speaking_start", text=said.text, utt_id=said.utt_id))
        for _ in said.text:
            await going_on.wait()
            if stopped.is_set():
                break
            await asyncio.sleep(SECONDS_A_CHARACTER)
        outcome: Literal["stopped", "speaking_end"] = "stopped" if stopped.is_set() else "speaking_end"
        await tars.publish_tts_status(TtsStatus(event=outcome, text=said.text, utt_id=said.utt_id))

    async def control(event: Event[TtsControlCommand]) -> None:
        match event.data.action:
            case "pause":
                going_on.clear()
            case "resume":
                going_on.set()
            case "stop":
                going_on.set()
                stopped.set()
            case "mute" | "unmute":
                pass  # a printed voice has no volume

    await tars.on_tts_say(say)
    await tars.on_tts_control(control)


if __name__ == "__main__":
    run(TtsWorker, start)
