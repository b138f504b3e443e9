"""Finds a broker that is gone although its connection is still open (MQTT 5, section 3.1.2.10)."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from topicwright.config.settings import Settings
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

CHECKS: Final = 16
"""How often silence is looked at before it is too long."""


def patience(settings: Settings) -> float:
    """Return the seconds of silence after which a broker is gone: 1.4 keepalives, or 3 heartbeats if that is less."""
    limit = settings.keepalive * 1.4
    return min(limit, settings.heartbeat_interval * 3) if settings.enable_heartbeat else limit


async def watch(connection: Connection, limit: float) -> None:
    """Abort the connection when nothing has come for ``limit`` seconds, although the broker was asked."""
    loop = asyncio.get_running_loop()
    step = limit / CHECKS
    asked = False
    while True:
        due = loop.time() + step
        await asyncio.sleep(step)
        if connection.closed.done():
            return
        silence = connection.silence()
        if (late := loop.time() - due) > step:
            # What came meanwhile has not been read yet, and the broker was not asked.
            log.warning("the event loop was blocked for %.1f s, probably by a handler", late)
            asked = False
        elif silence > limit and asked:
            log.warning("no packet from the broker for %.1f s: reconnecting", silence)
            connection.abort()
            return
        if silence <= limit / 2:
            asked = False
        elif not asked:
            connection.ping()
            asked = True
