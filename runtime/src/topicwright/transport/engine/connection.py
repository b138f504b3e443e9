"""A connection of the engine: CONNECT, subscriptions, keepalive and the end of the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any

import mqtt5
from topicwright.config.broker_url import BrokerURL
from topicwright.config.credentials import read_login
from topicwright.config.settings import Settings
from topicwright.errors import BrokerProtocolError, BrokerUnavailableError, ConnectError, ConnectionLostError
from topicwright.mqtt.limits import UNLIMITED, Limits
from topicwright.mqtt.message import Incoming, Outgoing, Properties
from topicwright.mqtt.reason_codes import FAILURE, PROTOCOL_ERROR
from topicwright.transport.base import Answered, Connection, ConnectOptions
from topicwright.transport.engine.answers import Answers
from topicwright.transport.engine.in_flight import InFlight
from topicwright.transport.engine.inbound import Inbound
from topicwright.transport.engine.outbound import Outbound
from topicwright.transport.engine.packet_stream import PacketStream
from topicwright.transport.engine.packets import connect_packet, states_qos_2
from topicwright.transport.failures import closed_by_broker, refused, unanswered, unreachable
from topicwright.transport.link.backpressure import Backpressure
from topicwright.transport.link.dial import dial
from topicwright.transport.link.peer_faults import PeerFaults
from topicwright.transport.link.tls import tls_context
from topicwright.transport.link.unconfirmed import Unconfirmed


class EngineTransport:
    """Connects to the broker of the settings, and keeps the session state between connections."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._in_flight = InFlight()
        self._exactly_once: set[int] = set()
        self._faults = PeerFaults()

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection after a successful CONNACK.

        Raises:
            AuthenticationError, TLSError, BrokerUnavailableError, ConnectExcludedError, OtherServerError
        """
        url = options.url or self._settings.mqtt_url
        connection = EngineConnection(str(url), options, receive, self._in_flight, self._exactly_once, self._faults)
        try:
            async with asyncio.timeout(options.timeout):
                await connection.dial(self._settings, url)
        except TimeoutError:
            connection.abort()
            raise BrokerUnavailableError(f"{url} did not answer within {options.timeout:g} s") from None
        except BaseException:
            connection.abort()
            raise
        return connection


class EngineConnection:
    """A ``Connection`` over one socket.

    Its methods ``write``, ``publish``, ``free`` and ``hurry`` are fields, which saves a call for each message.
    """

    def __init__(
        self,
        broker: str,
        options: ConnectOptions,
        receive: Callable[[Incoming], None],
        in_flight: InFlight,
        exactly_once: set[int],
        faults: PeerFaults,
    ) -> None:
        """Take the session state: the messages in flight, and the packet ids of QoS 2 messages half received."""
        self._broker = broker
        self._options = options
        self._in_flight = in_flight
        self._exactly_once = exactly_once
        self._loop = asyncio.get_running_loop()
        self._stream = PacketStream(
            broker,
            {mqtt5.ConnAckPacket: self._on_connack},
            self._unexpected,
            options.maximum_packet_size,
            busy=options.busy,
        )
        self._unconfirmed = Unconfirmed(self._send_ping)
        self._outbound = Outbound(self._stream, in_flight, self._unconfirmed)
        self.write: Callable[[str, bytes, bool, Properties], bool] = self._outbound.write
        """See ``Connection.write``; also the following three."""
        self.publish: Callable[[Outgoing, Answered], None] = self._outbound.publish
        self.free: Callable[[], bool] = self._outbound.free
        self.hurry: Callable[[], None] = self._stream.hurry
        self._connack: asyncio.Future[mqtt5.ConnAckPacket] = self._loop.create_future()
        self._answers = Answers(self._stream, in_flight)
        self._keepalive: asyncio.TimerHandle | None = None
        self._pinged = False
        self._backpressure = Backpressure(
            options.receive_maximum, self._stream.set_reading, self._stream.read_once, self._expecting
        )
        self._inbound = Inbound(self._stream, self._backpressure, exactly_once, receive, faults)
        self.session_present = False
        self.version = 5
        self.limits = UNLIMITED
        self.closed: asyncio.Future[ConnectError | None] = self._stream.closed
        self.closed.add_done_callback(self._ended)

    def _handlers_after_connack(self) -> dict[type, Callable[[Any], None]]:
        return {
            mqtt5.ConnAckPacket: self._on_connack,
            mqtt5.PublishPacket: self._inbound.on_publish,
            mqtt5.PubAckPacket: self._outbound.on_puback,
            mqtt5.PubCompPacket: self._outbound.on_pubcomp,
            mqtt5.PubRecPacket: self._outbound.on_pubrec,
            mqtt5.PubRelPacket: self._inbound.on_pubrel,
            mqtt5.SubAckPacket: self._answers.on_answer,
            mqtt5.UnsubAckPacket: self._answers.on_answer,
            mqtt5.PingRespPacket: self._on_pong,
            mqtt5.DisconnectPacket: self._on_disconnect,
        }

    # -- the connection ------------------------------------------------------------------------------------------

    async def dial(self, settings: Settings, url: BrokerURL) -> None:
        """Open the socket, send CONNECT, and wait for CONNACK (sections 3.1 and 3.2)."""
        context = tls_context(settings) if url.tls else None
        try:
            sock = await dial(url, settings)
        except OSError as error:
            raise unreachable(self._broker, error, tls=False) from None
        try:
            name = url.host if url.tls else None
            await self._loop.create_connection(lambda: self._stream, sock=sock, ssl=context, server_hostname=name)
        except OSError as error:
            raise unreachable(self._broker, error, tls=url.tls) from None
        self._stream.send(connect_packet(self._options.login or read_login(settings), self._options).write())
        try:
            connack = await self._connack
        except BrokerProtocolError:
            raise
        except ConnectionLostError as error:
            raise unanswered(self._broker, error, tls=url.tls) from None
        code = int(connack.reason_code)
        if code >= FAILURE:
            raise refused(self._broker, code, said=connack.reason_str, reference=connack.server_reference)
        if connack.session_present and self._options.clean_start:  # section 3.2.2.1.1
            self._stream.violated("kept a session that CONNECT did not want", PROTOCOL_ERROR)
            raise self._stream.lost()
        self._start(connack)

    def _start(self, connack: mqtt5.ConnAckPacket) -> None:
        self.session_present = connack.session_present
        self.limits = Limits(
            maximum_qos=int(connack.max_qos),
            retain=connack.retain_available,
            maximum_packet_size=connack.max_packet_size,
            session_expiry=connack.session_expiry_interval,
            wildcards=connack.wildcard_subscription_available,
            identifiers=connack.subscription_id_available,
            shared=connack.shared_subscription_available,
        )
        self._ping_interval = (connack.server_keep_alive or self._options.keepalive) / 2
        self._keepalive = self._loop.call_later(self._ping_interval, self._keep_alive)
        if not self.session_present:
            self._exactly_once.clear()
        self._outbound.start(connack.receive_max, self.limits, session_present=self.session_present)

    def _keep_alive(self) -> None:
        # The client must send something in each keepalive interval, whatever it receives (section 3.1.2.10).
        if self._loop.time() - self._stream.last_sent >= self._ping_interval:
            self.ping()
        self._keepalive = self._loop.call_later(self._ping_interval, self._keep_alive)

    def _ended(self, closed: asyncio.Future[ConnectError | None]) -> None:
        error = closed.result() or ConnectionLostError("the client disconnected")
        if self._keepalive is not None:
            self._keepalive.cancel()
        self._backpressure.close()
        self._unconfirmed.end()
        if not self._connack.done():
            self._connack.set_exception(error)
            self._connack.exception()  # retrieved, because no task may wait for it
        self._answers.end(error)
        self._outbound.end()

    def silence(self) -> float:
        """Return the seconds since the last packet from the broker."""
        return self._loop.time() - self._stream.last_received

    def ping(self) -> None:
        """Send PINGREQ."""
        self._pinged = True
        self._send_ping()

    def probe(self) -> asyncio.Future[None]:
        """Send PINGREQ; see ``Connection.probe``."""
        self._pinged = True
        return self._unconfirmed.probe()

    def unanswered(self) -> list[Outgoing]:
        """Return the QoS 1 and 2 messages that the broker has not answered."""
        entries = self._in_flight.by_id.values()
        return [entry.message for entry in entries if not entry.pubrec_received] or [item.message for item in entries]

    def forget(self, messages: Collection[Outgoing]) -> None:
        """Do not send messages again; see ``Connection.forget``."""
        self._in_flight.forget(messages)

    def _send_ping(self) -> None:
        self._unconfirmed.ping_sent()
        self._stream.send(mqtt5.PingReqPacket().write())

    @property
    def unconfirmed(self) -> int:
        """How many written QoS 0 messages the broker may not have read."""
        return self._unconfirmed.count

    def _expecting(self) -> bool:
        pinged, self._pinged = self._pinged, False  # any packet that is read next shows that the broker is alive
        return pinged or len(self._answers) > 0 or len(self._in_flight) > 0

    async def disconnect(self) -> None:
        """Send DISCONNECT and close."""
        await self._stream.disconnect(self._options.timeout)

    def abort(self) -> None:
        """Close without DISCONNECT."""
        self._stream.abort()

    # -- subscribing ---------------------------------------------------------------------------------------------

    def subscribe(self, filters: Sequence[tuple[str, int]], identifier: int | None) -> asyncio.Future[Sequence[int]]:
        """Send SUBSCRIBE; see ``Connection.subscribe``."""
        return self._answers.subscribe(filters, identifier)

    def unsubscribe(self, filters: Sequence[str]) -> asyncio.Future[Sequence[int]]:
        """Send UNSUBSCRIBE; see ``Connection.unsubscribe``."""
        return self._answers.unsubscribe(filters)

    # -- packets -------------------------------------------------------------------------------------------------

    def _unexpected(self, packet: mqtt5.Packet) -> None:
        kind = type(packet).__name__.removesuffix("Packet").upper()
        if self._connack.done():
            self._stream.violated(f"sent a {kind}", PROTOCOL_ERROR)
        else:
            self._stream.fail(BrokerUnavailableError(f"{self._broker} sent a {kind} before CONNACK"))

    def _on_connack(self, packet: mqtt5.ConnAckPacket) -> None:
        if self._connack.done():
            self._stream.violated("sent a second CONNACK", PROTOCOL_ERROR)
            return
        opening, self._stream.opening = self._stream.opening, None
        if opening and states_qos_2(bytes(opening)):
            self._stream.violated("states a Maximum QoS of 2", PROTOCOL_ERROR)
            return
        self._connack.set_result(packet)
        self._stream.handlers = self._handlers_after_connack()

    def _on_pong(self, packet: mqtt5.PingRespPacket) -> None:
        self._pinged = False
        self._unconfirmed.ping_answered()

    def _on_disconnect(self, packet: mqtt5.DisconnectPacket) -> None:
        self._stream.fail(
            closed_by_broker(
                self._broker, int(packet.reason_code), said=packet.reason_str, reference=packet.server_reference
            )
        )
