"""Wakes the robot: at the start when all services are present, and again after each answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from topicwright import NotConnectedError

from tars import Event
from tars.health import HealthPing, HealthStatusParams
from tars.services import WakeActivation
from tars.stt import FinalTranscript
from tars.tts import TtsControlCommand, TtsStatus
from tars.wake import WakeEvent, WakeMicCommand

from .run import run

NEEDED = {"tars-stt", "tars-router", "tars-llm", "tars-memory", "tars-tts"}
CANCEL_PHRASES = ("never mind", "forget it", "cancel that")
SILENCE = 1.0
"""Seconds without speech after which an answer counts as finished."""


class Quiet:
    """Calls back after a while without speech."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._timer: asyncio.TimerHandle | None = None

    def speech(self, *, over: bool) -> None:
        """Record that speech began or ended."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if over:
            self._timer = asyncio.get_running_loop().call_later(SILENCE, self._callback)


async def start(tars: WakeActivation) -> None:
    """Register the handlers of this service."""
    present: set[str] = set()
    awake = asyncio.Event()
    ready = asyncio.Event()

    async def wake() -> None:
        await tars.publish_wake_event(WakeEvent(type="wake", confidence=0.93))
        await tars.publish_wake_mic(WakeMicCommand(action="unmute", reason="wake"))

    async def on_health(event: Event[HealthPing, HealthStatusParams]) -> None:
        listening = event.data.ok and event.data.event != "ready"
        change = present.add if listening else present.discard
        change(event.params.client_id)
        if present >= NEEDED:
            ready.set()

    async def on_status(event: Event[TtsStatus]) -> None:
        quiet.speech(over=event.data.event in {"speaking_end", "stopped"})

    async def on_final(event: Event[FinalTranscript]) -> None:
        if event.data.text.lower().strip(" .!") in CANCEL_PHRASES:
            await tars.publish_tts_control(TtsControlCommand(action="stop", reason="cancelled"))
            await tars.publish_wake_event(WakeEvent(type="cancelled"))

    async def keep_waking() -> None:
        await ready.wait()
        with contextlib.suppress(NotConnectedError):  # the client was shut down
            while True:
                awake.clear()
                await wake()
                await awake.wait()

    quiet = Quiet(awake.set)
    await tars.on_health_status(on_health)
    await tars.on_tts_status(on_status)
    await tars.on_stt_final(on_final)
    background.append(asyncio.create_task(keep_waking()))


background: list[asyncio.Task[None]] = []
"""Keeps the task alive, since the event loop has only a weak reference to it."""

if __name__ == "__main__":
    run(WakeActivation, start)
