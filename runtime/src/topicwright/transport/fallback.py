"""MQTT 5 first, and MQTT 3.1.1 with a broker that refuses version 5."""

from __future__ import annotations

import logging
from collections.abc import Callable

from topicwright.errors import BrokerUnavailableError
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.reason_codes import UNSUPPORTED_VERSION
from topicwright.transport.base import Connection, ConnectOptions, Transport

log = logging.getLogger("topicwright")


class FallbackTransport:
    """Switches to the older protocol permanently, once a broker has refused the newer one by its reason code.

    A connection that is merely closed is no refusal: brokers and proxies that restart close it too, and a client would
    lose MQTT 5 by accident. A broker that only closes needs ``protocol="3.1.1"``.
    """

    def __init__(self, newer: Transport, make_older: Callable[[], Transport]) -> None:
        self._current = newer
        self._make_older: Callable[[], Transport] | None = make_older

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection; see ``Transport``."""
        try:
            return await self._current.connect(options, receive)
        except BrokerUnavailableError as error:
            if error.reason != UNSUPPORTED_VERSION or self._make_older is None:
                raise
        older = self._make_older()
        connection = await older.connect(options, receive)
        log.warning("the broker refused MQTT 5: continuing with MQTT 3.1.1, without properties and reason codes")
        self._current, self._make_older = older, None
        return connection
