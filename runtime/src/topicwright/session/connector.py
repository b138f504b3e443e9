"""Makes the connections of a session: what CONNECT says, and what follows from a CONNACK that refuses."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from topicwright.config.broker_url import BrokerURL
from topicwright.config.credentials import Credentials, Login, read_login
from topicwright.config.settings import Settings
from topicwright.errors import (
    BrokerProtocolError,
    BrokerUnavailableError,
    ConnectError,
    ConnectExcludedError,
    CredentialsError,
    OtherServerError,
    reason_name,
)
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.mqtt.reason_codes import QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED, UNSPECIFIC
from topicwright.transport.base import Connection, ConnectOptions, Transport

log = logging.getLogger("topicwright")

HEADER_ROOM: Final = 1 << 16
"""Bytes that a packet may have beyond its payload: topic, properties, user properties."""
LONGEST_PACKET: Final = 268_435_460
_HOST: Final = re.compile(r"[\w.:%-]{1,253}")
"""What the name or address of a server is written in."""
MAX_UNSPECIFIC: Final = 10
"""How many connections in a row may be refused without a cause (0x80 to 0x83) before that is final."""
MAX_CHANGES: Final = 5
"""How often one attempt may be repeated at once: with a lesser Last Will, or at another server."""


class Connector:
    """Connects one session, again and again."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        will: Outgoing | None,
        receive: Callable[[Incoming], None],
        busy: Callable[[], bool],
        credentials: Credentials | None = None,
    ) -> None:
        self._credentials = credentials
        self._brokers = (settings.mqtt_url, *settings.mqtt_url.others)
        self._at = 0
        """Which of the brokers is the current one."""
        self._busy = busy
        self._settings = settings
        self._transport = transport
        self._will = will
        self._receive = receive
        self._url: BrokerURL | None = None
        self._unspecific = 0

    async def connect(self) -> Connection:
        """Return a connection to the current broker, or to the next ones where it does not answer.

        Raises:
            ConnectError: none could be made; see ``Transport.connect``.
        """
        for left in reversed(range(len(self._brokers))):
            try:
                return await self._connect()
            except BrokerUnavailableError as error:
                self._at = (self._at + 1) % len(self._brokers)
                if not left:
                    raise
                log.warning("%s: trying %s", error, self._brokers[self._at])
        raise AssertionError("there is a broker")

    async def _connect(self) -> Connection:
        for _ in range(MAX_CHANGES):
            try:
                login = await self._login()
                connection = await self._transport.connect(self._options(login), self._receive)
            except OtherServerError as error:
                if not self.follow(error):
                    raise
            except ConnectExcludedError as error:
                if not self._lessen_will(error):
                    raise
            except BrokerUnavailableError as error:
                self._url = None  # where the server that was named is gone, the URL of the settings is asked again
                raise self._judged(error) from None
            else:
                self._unspecific = 0
                self._look_at_expiry(connection.limits)
                return connection
        raise ConnectExcludedError(f"{self._brokers[self._at]} sends its clients in a circle")

    async def _login(self) -> Login:
        if self._credentials is None:
            return read_login(self._settings, self._brokers[self._at])
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                return await self._credentials()
        except Exception as error:
            raise CredentialsError(f"there is no login: {type(error).__name__}: {error}") from error

    def _options(self, login: Login) -> ConnectOptions:
        settings = self._settings
        return ConnectOptions(
            client_id=settings.client_id,
            clean_start=settings.session_expiry == 0,
            session_expiry=settings.session_expiry,
            keepalive=settings.keepalive,
            receive_maximum=settings.receive_maximum,
            maximum_packet_size=min(settings.max_payload + HEADER_ROOM, LONGEST_PACKET),
            timeout=settings.connect_timeout,
            will=self._will,
            will_delay=settings.will_delay,
            login=login,
            url=self._url or self._brokers[self._at],
            busy=self._busy,
        )

    def _look_at_expiry(self, limits: Limits) -> None:
        kept, asked = limits.session_expiry, self._settings.session_expiry
        if kept is not None and kept < asked:
            log.warning("the broker keeps the session for %d s, and not for session_expiry=%d s", kept, asked)

    def follow(self, error: OtherServerError) -> bool:
        """Take the server that a broker named for the next attempt; return False where the settings forbid it."""
        if not self._settings.follow_server_reference:
            return False
        for reference in error.references:
            server = _parsed(reference)
            if server is not None:
                url = self._brokers[self._at]
                self._url = replace(url, host=server[0], port=server[1] or url.port)
                log.warning("%s: continuing there", error)
                return True
        return False

    def _lessen_will(self, error: ConnectExcludedError) -> bool:
        """Ask less of the Last Will where the broker cannot carry it; return whether that is another CONNECT."""
        will = self._will
        if will is None:
            return False
        if error.reason == RETAIN_NOT_SUPPORTED and will.retain:
            self._will = replace(will, retain=False)
            log.warning("%s: the Last Will on %s is not retained", error, will.topic)
        elif error.reason == QOS_NOT_SUPPORTED and will.qos > 0:
            self._will = replace(will, qos=will.qos - 1)
            log.warning("%s: the Last Will on %s has QoS %d only", error, will.topic, will.qos - 1)
        else:
            return False
        return True

    def _judged(self, error: BrokerUnavailableError) -> ConnectError:
        """Return the error, as a final one where the broker has refused too often without giving a cause."""
        refused = error.reason in UNSPECIFIC and not isinstance(error, BrokerProtocolError)
        self._unspecific = self._unspecific + 1 if refused else 0
        if self._unspecific < MAX_UNSPECIFIC or error.reason is None:
            return error
        name = reason_name(error.reason)
        text = f"{self._brokers[self._at]} refused {self._unspecific} connections in a row: {name}"
        return ConnectExcludedError(text, reason=error.reason)


def _parsed(reference: str) -> tuple[str, int | None] | None:
    """Return host and port of ``host``, ``host:port`` or ``[IPv6]:port`` (MQTT 5, section 4.11); None for others."""
    try:
        parts = urlsplit(f"//{reference}")
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.username is not None or parts.path or parts.query or parts.fragment or port == 0:
        return None
    return (host, port) if _HOST.fullmatch(host) else None
