"""How connections end: which errors are final, and the goodbye to the broker."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from topicwright.errors import (
    AuthenticationError,
    ConnectError,
    ConnectExcludedError,
    OtherServerError,
    SessionTakenOverError,
    TLSError,
)
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

GOODBYE: Final = 1.0
"""Seconds for DISCONNECT at the end."""
REFUSALS: Final = (AuthenticationError, TLSError)
"""Errors of a login or a certificate, which may be right again later."""
FATAL_ERRORS: Final = (AuthenticationError, TLSError, SessionTakenOverError, ConnectExcludedError, OtherServerError)


def is_final(error: ConnectError) -> bool:
    """Return whether another attempt would end in the same way."""
    return isinstance(error, FATAL_ERRORS) and not (isinstance(error, TLSError) and error.interrupted)


async def say_goodbye(connection: Connection) -> None:
    """Disconnect, for as long as a broker that is alive needs."""
    try:
        async with asyncio.timeout(GOODBYE):
            await connection.disconnect()
    except TimeoutError:
        log.info("the broker did not take DISCONNECT in time")
