"""Detects a broker that does not respond although its connection is open (MQTT 5, section 3.1.2.10)."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from topicwright.config.settings import Settings
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

CHECKS_PER_LIMIT: Final = 16
"""How many times the silence is checked within its limit."""


def silence_limit(settings: Settings) -> float:
    """Return the longest silence of a live broker in seconds: 1.4 keepalives, or 3 heartbeats if that is less."""
    limit = settings.keepalive * 1.4
    return min(limit, settings.heartbeat_interval * 3) if settings.enable_heartbeat else limit


async def watch(connection: Connection, limit: float) -> None:
    """Abort the connection after ``limit`` seconds without a packet, although a PINGREQ was sent."""
    loop = asyncio.get_running_loop()
    step = limit / CHECKS_PER_LIMIT
    pinged = False
    while True:
        due = loop.time() + step
        await asyncio.sleep(step)
        if connection.closed.done():
            return
        silence = connection.silence()
        if (late := loop.time() - due) > step:
            # Packets that arrived meanwhile are not read yet, and no PINGREQ was sent.
            log.warning("the event loop was blocked for %.1f s, probably by a handler", late)
            pinged = False
        elif silence > limit and pinged:
            log.warning("no packet from the broker for %.1f s: reconnecting", silence)
            connection.abort()
            return
        if silence <= limit / 2:
            pinged = False
        elif not pinged:
            connection.ping()
            pinged = True
