"""An aiomqtt client with the callbacks that a session needs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.properties import Properties as PahoProperties
from paho.mqtt.reasoncodes import ReasonCode
from topicwright.config.credentials import read_login
from topicwright.config.settings import Settings
from topicwright.errors import BrokerUnavailableError, ConnectError, ConnectionLostError
from topicwright.mqtt.limits import OLDER, UNLIMITED
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.reason_codes import PROTOCOL_ERROR
from topicwright.transport.base import ConnectOptions
from topicwright.transport.failures import broke_rule, refused, refused_by_http, unanswered, unreachable
from topicwright.transport.link.backpressure import Backpressure
from topicwright.transport.link.dial import dial
from topicwright.transport.link.half_close import HalfClose
from topicwright.transport.link.peer_faults import PeerFaults
from topicwright.transport.link.threads import in_thread
from topicwright.transport.link.tls import tls_context
from topicwright.transport.paho.answers import Answers, code_of
from topicwright.transport.paho.exchange import Exchange, lost
from topicwright.transport.paho.properties import session_arguments, will_properties
from topicwright.transport.paho.rules import Rules, limits_of
from topicwright.transport.paho.socket_events import PahoSocket
from topicwright.transport.paho.websocket import WebSocketRefusedError, handshake
from typing_extensions import override

MAX_IN_FLIGHT = 1000


class PahoClient(aiomqtt.Client):
    """aiomqtt's client, with callbacks replaced that lack what a session needs."""

    def __init__(
        self,
        settings: Settings,
        version: int,
        options: ConnectOptions,
        receive: Callable[[Incoming], None],
        faults: PeerFaults,
    ) -> None:
        url, login = options.url or settings.mqtt_url, options.login or read_login(settings)
        super().__init__(
            url.host or "localhost",
            url.port or 1,
            # paho sends a password beside a user name only; an empty one is a user name too.
            username="" if login.username is None and login.password is not None else login.username,
            password=login.password,
            identifier=options.client_id,
            protocol=aiomqtt.ProtocolVersion(version),
            will=_will(options, version),
            transport="websockets" if url.websocket else "tcp",
            websocket_path=url.target if url.websocket else None,
            websocket_headers=settings.websocket_header_values() if url.websocket else None,
            timeout=options.timeout,
            keepalive=options.keepalive,
            max_inflight_messages=MAX_IN_FLIGHT,
            **session_arguments(version, options),
            tls_context=tls_context(settings) if url.tls else None,
        )
        self.version = version
        self.session_present = False
        self.limits = UNLIMITED if version == 5 else OLDER
        self.closed: asyncio.Future[ConnectError | None] = self._loop.create_future()
        self._settings, self._url = settings, url
        self._dialled: socket.socket | None = None
        self._thread = threading.get_ident()
        self._broker = str(url)
        self._tls = url.tls
        self._failure: OSError | None = None
        self._violation: ConnectError | None = None
        self._clean_start_asked = options.clean_start
        self._said: PahoProperties | None = None
        self._abandoned = False
        self._pinged = False
        self._paho: Any = self._client  # for the parts of paho that are not its public interface
        vars(self._client)["_create_socket"] = self._make_socket
        self.answers = Answers(self._client, version, self.violated)
        self._rules = Rules(self._client, options.maximum_packet_size if version == 5 else None, self.violated)
        self.socket_ = PahoSocket(self._client, self._break, self._rules.is_too_large, options.busy)
        backpressure = Backpressure(options.receive_maximum, self.socket_.set_reading, self._read_once, self._expecting)
        self.exchange = Exchange(self._client, version, receive, backpressure, self.violated, faults)
        self._client.connect_timeout = options.timeout
        self._disconnected.add_done_callback(self._lost)

    # -- the connection ------------------------------------------------------------------------------------------

    async def open(self, timeout: float, carried: dict[str, Any]) -> None:
        """Connect; an attempt that is cancelled or late is closed as soon as the library returns from it."""
        for name, value in carried.items():
            setattr(self._paho, name, value)
        attempt = asyncio.ensure_future(self._dial())
        attempt.add_done_callback(_retrieve)
        try:
            async with asyncio.timeout(timeout):
                await asyncio.shield(attempt)
        except aiomqtt.MqttError as error:
            self.abort()
            raise self._refused(error) from None
        except ConnectError:
            self.abort()
            raise
        except TimeoutError:
            self._abandon(attempt)
            raise BrokerUnavailableError(f"{self._broker} did not answer within {timeout:g} s") from None
        except asyncio.CancelledError:
            self._abandon(attempt)
            raise
        if self.session_present and self._clean_start_asked and self.version == 5:  # section 3.2.2.1.1
            self.violated("kept a session that CONNECT did not want", PROTOCOL_ERROR)
            raise self._violation or ConnectionLostError("the broker kept a session and is gone")

    async def _enter(self) -> None:
        """Connect as aiomqtt does, but not in a thread of the default executor."""
        try:
            await in_thread(self._client_connect)
        except (OSError, paho.WebsocketConnectionError) as error:
            raise aiomqtt.MqttError(str(error)) from None
        await self._connected

    def violated(self, what: str, reason: int) -> None:
        """End the connection because the broker broke a rule: DISCONNECT with ``reason`` tells it so (section 4.13)."""
        if self._violation is not None or self.closed.done():
            return
        self._violation = broke_rule(self._broker, what, reason)
        self._rules.over = True
        if self.version == 5 and not any(packet["pos"] for packet in self._paho._out_packet):
            with suppress(Exception):  # a broker that reads nothing any more
                self._paho._sock_send(bytes((paho.DISCONNECT, 2, reason, 0)))
        self._loop.call_soon(self._paho._sock_close)  # not within a callback of paho, which holds a lock
        self._end(self._violation)

    async def _dial(self) -> None:
        try:
            self._dialled = await dial(self._url, self._settings)
        except OSError as error:
            raise unreachable(self._broker, error, tls=False) from None
        if self._abandoned:
            self._dialled.close()
            return
        await self._enter()

    def _make_socket(self) -> Any:
        """Return what paho reads and writes; called in its thread, because the handshakes block."""
        sock: Any = self._dialled
        sock.settimeout(self._client.connect_timeout)
        try:
            if self._tls:
                sock = self._paho._ssl_wrap_socket(sock)
            return handshake(sock, self._paho) if self._url.websocket else sock
        except BaseException:
            sock.close()
            raise

    def half_close(self) -> HalfClose:
        """Return the half-close of this connection, which waits until the broker has read the last packet."""
        return HalfClose(self._paho.socket())

    def _abandon(self, attempt: asyncio.Future[None]) -> None:
        self._abandoned = True
        if self._dialled is None:  # else paho is in its thread
            attempt.cancel()
        self.abort()

    def _refused(self, error: aiomqtt.MqttError) -> ConnectError:
        if self._violation is not None:
            return self._violation
        if isinstance(error, aiomqtt.MqttCodeError) and error.rc is not None:
            return refused(self._broker, code_of(error.rc), **_words(self._said))
        failure = self._failure or self.socket_.failure
        if isinstance(failure, WebSocketRefusedError):
            return refused_by_http(self._broker, failure.status, str(failure))
        if failure is None:
            return unanswered(self._broker, error, tls=self._tls)
        return unreachable(self._broker, failure, tls=self._tls)

    def abort(self) -> None:
        """Close the socket; every waiting task is woken."""
        self._paho._sock_close()
        self._end(ConnectionLostError("the connection was aborted", by_client=True))

    def _lost(self, disconnected: asyncio.Future[None]) -> None:
        error = None if disconnected.cancelled() else disconnected.exception()
        self._paho._sock_close()  # after a malformed packet it is still open
        self._end(ConnectionLostError(f"the connection to {self._broker} was lost: {error}") if error else None)

    def _end(self, error: ConnectError | None) -> None:
        if not self._connected.done():
            self._connected.set_exception(aiomqtt.MqttError("the connection was closed before CONNACK"))
            self._connected.exception()  # retrieved, because no task may wait for it
        if not self.closed.done():
            self.closed.set_result(error)
        self.exchange.end()
        self.answers.end(error or ConnectionLostError("the client disconnected"))

    def ping(self) -> None:
        """Send PINGREQ."""
        self.pinged()
        self.exchange.send_ping()

    def pinged(self) -> None:
        """Expect a packet, also where back-pressure has stopped reading."""
        self._pinged = True

    def _expecting(self) -> bool:
        return self._pinged or self.exchange.expecting or len(self.answers) > 0

    def _read_once(self) -> None:
        self._pinged = False  # any packet that is read shows that the broker is alive
        if not self.closed.done():
            self.socket_.read_once()

    # -- paho's callbacks ----------------------------------------------------------------------------------------

    @override
    def _client_connect(self) -> None:
        try:
            super()._client_connect()
        except OSError as error:
            self._failure = error
            raise

    @override
    def _on_socket_open(self, client: paho.Client, userdata: Any, sock: Any) -> None:
        super()._on_socket_open(client, userdata, sock)
        self._loop.call_soon_threadsafe(self.socket_.watch_reads, sock)
        if self._abandoned:
            self._loop.call_soon_threadsafe(self.abort)

    def _break(self, error: Exception) -> None:
        if not self._disconnected.done():
            self._disconnected.set_exception(error)

    @override
    def _on_socket_register_write(self, client: paho.Client, userdata: Any, sock: Any) -> None:
        if threading.get_ident() == self._thread:
            self._loop.call_soon(self.socket_.end_turn, sock)
        else:  # paho connects in another thread
            self._loop.call_soon_threadsafe(self.socket_.watch_writes, sock)

    @override
    def _on_connect(
        self,
        client: paho.Client,
        userdata: Any,
        flags: paho.ConnectFlags,
        reason_code: ReasonCode,
        properties: PahoProperties | None = None,
    ) -> None:
        self.session_present = flags.session_present
        self._said = properties
        if self.version == 5:
            self.limits = limits_of(properties)
            if getattr(properties, "MaximumQoS", 0) > 1:
                self.violated("states a Maximum QoS of 2", PROTOCOL_ERROR)
        allowed = getattr(properties, "ReceiveMaximum", MAX_IN_FLIGHT)
        self._paho._max_inflight_messages = min(allowed, MAX_IN_FLIGHT)
        super()._on_connect(client, userdata, flags, reason_code, properties)

    @override
    def _on_disconnect(
        self,
        client: paho.Client,
        userdata: Any,
        flags: paho.DisconnectFlags,
        reason_code: ReasonCode,
        properties: PahoProperties | None = None,
    ) -> None:
        super()._on_disconnect(client, userdata, flags, reason_code, properties)
        self._end(lost(self._broker, flags, reason_code, **_words(properties)) if reason_code.value else None)

    @override
    def _on_subscribe(
        self,
        client: paho.Client,
        userdata: Any,
        mid: int,
        reason_codes: list[ReasonCode],
        properties: PahoProperties | None = None,
    ) -> None:
        self.answers.on_suback(mid, reason_codes)

    @override
    def _on_unsubscribe(
        self,
        client: paho.Client,
        userdata: Any,
        mid: int,
        reason_codes: list[ReasonCode],
        properties: PahoProperties | None = None,
    ) -> None:
        self.answers.on_unsuback(mid, reason_codes)

    @override
    def _on_publish(
        self, client: paho.Client, userdata: Any, mid: int, reason_code: ReasonCode, properties: PahoProperties
    ) -> None:
        self.exchange.acknowledged(mid, code_of(reason_code))

    @override
    def _on_message(self, client: paho.Client, userdata: Any, message: paho.MQTTMessage) -> None:
        self.exchange.received(message)


def _words(properties: PahoProperties | None) -> dict[str, str | None]:
    """Return the Reason String and the Server Reference of CONNACK or DISCONNECT."""
    return {
        "said": getattr(properties, "ReasonString", None),
        "reference": getattr(properties, "ServerReference", None),
    }


def _retrieve(attempt: asyncio.Future[Any]) -> None:
    if not attempt.cancelled():
        attempt.exception()


def _will(options: ConnectOptions, version: int) -> aiomqtt.Will | None:
    will = options.will
    if will is None:
        return None
    properties = will_properties(options.will_delay) if version == 5 and options.will_delay else None
    return aiomqtt.Will(will.topic, will.payload, will.qos, will.retain, properties)
