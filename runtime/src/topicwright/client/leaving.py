"""Handlers on their way out: unsubscribed first, then finished with what they have, then removed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.dispatch.handlers.registration import Registration
from topicwright.session.session import Session

log = logging.getLogger("topicwright")


class Leaving:
    """Closes the subscription of one handler."""

    def __init__(self, dispatcher: Dispatcher, registration: Registration, session: Session | None) -> None:
        self._dispatcher = dispatcher
        self._registration = registration
        self._session = session
        self._unsubscribed = asyncio.Event()
        self._error: Exception | None = None
        self.task = asyncio.get_running_loop().create_task(self._leave())

    async def _leave(self) -> None:
        """UNSUBSCRIBE, wait for UNSUBACK, let the handler finish what was delivered, and remove it."""
        registration, session = self._registration, self._session
        try:
            if self._dispatcher.close(registration) and session is not None and not session.abandoned:
                await session.unsubscribe(registration.topic_filter)
        except Exception as error:  # the handler ends all the same
            self._error = error
        finally:
            self._unsubscribed.set()
        await self._dispatcher.finished(registration)
        self._dispatcher.remove(registration)

    async def wait(self, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        """Return when the handler has finished, or after ``timeout`` seconds; it goes on by itself then.

        Where ``caller`` is that handler, return when it is unsubscribed.
        """
        if self._dispatcher.serves(caller) is self._registration:
            await self._unsubscribed.wait()
        else:
            await asyncio.wait({self.task}, timeout=timeout)
            if not self.task.done():
                name, count = self._registration.topic_filter, len(self._registration.queue)
                log.warning(
                    "the handler of %s has not finished in time: it goes on, with %d more messages", name, count
                )
        if self._error is not None:
            raise self._error
