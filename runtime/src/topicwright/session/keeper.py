"""Keeps the subscriptions of one connection: what the broker refuses is asked for again, with backoff."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Final

from topicwright.config.settings import Settings
from topicwright.errors import ConnectionLostError
from topicwright.session.subscribing import Round
from topicwright.session.subscriptions import Subscriptions
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

LONGEST_FACTOR: Final = 12
"""The longest delay between two attempts, in units of ``reconnect_max_delay``: a minute by default."""


async def keep(
    connection: Connection,
    subscriptions: Subscriptions,
    restored: Round,
    settings: Settings,
    changed: Callable[[], None],
) -> None:
    """Wait for ``restored``; then ask again for what is refused, until the connection ends.

    ``changed`` is called after each round. A connection on which no answer comes is aborted: it counts as dead.
    """
    longest = settings.reconnect_max_delay * LONGEST_FACTOR
    try:
        await restored.done
        changed()
        await subscriptions.try_suspects(connection)
        delay = settings.reconnect_min_delay
        while not connection.closed.done():
            if not subscriptions.refused:
                delay = settings.reconnect_min_delay
                await subscriptions.refusal.wait()
                changed()
            await asyncio.sleep(random.uniform(settings.reconnect_min_delay, delay))
            delay = min(delay * 2, longest)
            if not connection.closed.done():
                await subscriptions.ask_again(connection).done
                await subscriptions.try_suspects(connection)
                changed()
    except ConnectionLostError as error:
        if not connection.closed.done():
            log.warning("%s: reconnecting", error)
            connection.abort()
