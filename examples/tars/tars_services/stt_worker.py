"""Speech to text: plays a script of utterances, one at each wake-up, or reads the terminal (``STT_SCRIPT=-``)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from tars import Event
from tars.services import SttWorker
from tars.stt import FinalTranscript, PartialTranscript
from tars.tts import TtsStatus
from tars.wake import WakeMicCommand

from .run import run

SCRIPT = Path(__file__).with_name("script.txt")
WORD_SECONDS = 0.12


def lines_of(source: str) -> Iterator[str]:
    """Return the lines of a file, or of the terminal for ``-``."""
    return iter(sys.stdin.readline, "") if source == "-" else iter(Path(source).read_text("utf-8").splitlines())


async def utterances(lines: Iterator[str]) -> AsyncIterator[str]:
    """Yield the utterances without blocking the event loop while the user types."""
    while (line := await asyncio.to_thread(next, lines, None)) is not None:
        if line.strip():
            yield line.strip()


async def start(tars: SttWorker) -> None:
    """Register the handlers of this service."""
    spoken = utterances(lines_of(os.environ.get("STT_SCRIPT", str(SCRIPT))))
    quiet = asyncio.Event()
    quiet.set()
    count = 0

    async def on_status(event: Event[TtsStatus]) -> None:
        quiet.clear() if event.data.event == "speaking_start" else quiet.set()

    async def on_mic(event: Event[WakeMicCommand]) -> None:
        nonlocal count
        if event.data.action == "mute" or (text := await anext(spoken, None)) is None:
            return
        await quiet.wait()
        count += 1
        await say(text, f"utt-{count}")

    async def say(text: str, utt_id: str) -> None:
        words = text.split()
        for end in range(2, len(words), 3):
            await asyncio.sleep(WORD_SECONDS * 2)
            await tars.publish_stt_partial(PartialTranscript(text=" ".join(words[:end]), utt_id=utt_id))
        await asyncio.sleep(WORD_SECONDS)
        await tars.publish_stt_final(FinalTranscript(text=text, confidence=0.97, utt_id=utt_id))

    await tars.on_tts_status(on_status)
    await tars.on_wake_mic(on_mic)


if __name__ == "__main__":
    run(SttWorker, start)
