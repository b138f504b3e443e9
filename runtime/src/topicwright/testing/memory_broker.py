"""``MemoryBroker``: MQTT 5 inside one process, for the tests of services, without network, threads and delays."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Final, Self

from topicwright.catalog.event import Event
from topicwright.catalog.topic import H, P, T, Topic
from topicwright.errors import (
    BrokerUnavailableError,
    ConnectError,
    ConnectionLostError,
    SessionTakenOverError,
    TopicError,
)
from topicwright.mqtt.message import EMPTY, Incoming, Outgoing, Properties
from topicwright.mqtt.subscription_options import NO_LOCAL, RETAIN_AS_PUBLISHED, qos_of, retain_handling
from topicwright.mqtt.topic_filters import SHARE, check_filter, matches
from topicwright.testing.memory_connection import MemoryConnection
from topicwright.testing.memory_session import Link, MemorySession, Queued, Subscribed
from topicwright.testing.observing import Expectations, Published, Reading, wait_idle
from topicwright.transport.base import Answered, Connection, ConnectOptions
from topicwright.transport.in_process import brokers

ALWAYS, NEW_ONLY = 0, 1
"""Values of Retain Handling (MQTT 5, section 3.8.3.1)."""
NO_MATCHING_SUBSCRIBERS: Final = 0x10
TOPIC_FILTER_INVALID: Final = 0x8F
SESSION_TAKEN_OVER: Final = 0x8E
FOREVER: Final = 0xFFFFFFFF
"""The session expiry interval that means never (MQTT 5, section 3.1.2.11.2)."""

_numbers = itertools.count(1)


class MemoryBroker:
    """A broker in this process, by the rules of MQTT 5.

    Use it as ``with MemoryBroker() as broker: TarsClient(broker.url, "me")``. Its clients share one event loop at a
    time. It keeps sessions, retained messages and Last Wills, redelivers unacknowledged messages with DUP, and sends
    messages to the members of a ``$share`` subscription in turn. A message for overlapping subscriptions of one client
    is sent once, with the identifiers of all of them.
    """

    def __init__(self, *, maximum_packet_size: int | None = None) -> None:
        """Make a broker; ``start`` or ``with`` starts it.

        Args:
            maximum_packet_size: the Maximum Packet Size of CONNACK, in bytes.
        """
        self.name = f"broker-{next(_numbers)}"
        self.messages: list[Published] = []
        """Everything that was published, in order."""
        self.maximum_packet_size = maximum_packet_size
        self._expectations = Expectations(self.messages)
        self._running = False
        self._skipped = 0.0
        self._sessions: dict[str, MemorySession] = {}
        self._retained: dict[str, tuple[Outgoing, float | None]] = {}
        self._turns: dict[str, int] = {}

    @property
    def url(self) -> str:
        """The ``mqtt_url`` for clients."""
        return f"memory://{self.name}"

    def __enter__(self) -> Self:
        brokers[self.name] = self
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        brokers.pop(self.name, None)

    # -- for the test --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Accept connections."""
        self._running = True

    def stop(self) -> None:
        """Close all connections and accept no new ones; sessions and retained messages are kept."""
        self._running = False
        for session in list(self._sessions.values()):
            self._drop(session, ConnectionLostError("the broker was stopped"))

    def kill(self) -> None:
        """Stop, and lose everything but ``messages``."""
        self.stop()
        self._sessions.clear()
        self._retained.clear()

    def disconnect(self, client_id: str, error: ConnectError | None = None) -> None:
        """Cut the connection of a client; its Last Will is published and its session kept.

        Raises:
            KeyError: no such client is connected.
        """
        session = self._sessions.get(client_id)
        if session is None or not session.connected:
            raise KeyError(f"no client {client_id!r} is connected")
        self._drop(session, error or ConnectionLostError("the connection was cut"))

    def advance(self, seconds: float) -> None:
        """Advance the clock by which sessions and messages expire."""
        self._skipped += seconds

    def publish(
        self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, properties: Properties = EMPTY
    ) -> int:
        """Publish as another peer would; return the reason code."""
        return self._publish(Outgoing(topic=topic, payload=payload, qos=qos, retain=retain, properties=properties), "")

    def retained(self, topic: str) -> bytes | None:
        """Return the payload of the retained message of ``topic``."""
        return next((item.message.payload for item in self._retained_for(topic)), None)

    def clients(self) -> list[str]:
        """Return the ids of the clients that are connected."""
        return [name for name, session in self._sessions.items() if session.connected]

    async def idle(self, timeout: float = 5.0) -> None:
        """Return when everything that was published is handled: no message is on its way, none is in a handler.

        Messages for clients that are not connected do not count, nor do tasks that a handler has left behind.

        Raises:
            AssertionError: something is still at work after ``timeout`` seconds; it says what.
        """
        await wait_idle(self._at_work, timeout)

    async def expect(
        self, topic: Topic[T, P, H], *, timeout: float = 5.0, match: Mapping[str, object] | None = None
    ) -> Event[T, P, H]:
        """Return the next event of ``topic``, from now or from before: each event is returned once.

        Raises:
            AssertionError: there is none within ``timeout`` seconds, or one is invalid; it says what was published.
        """
        return await self._expectations.expect(topic, timeout, match)

    def published(self, topic: Topic[T, P, H], *, match: Mapping[str, object] | None = None) -> list[Event[T, P, H]]:
        """Return the events of ``topic`` that were published so far, as handlers would get them.

        Raises:
            AssertionError: one is invalid.
        """
        return list(Reading(topic, match).events(self.messages))

    def _at_work(self) -> list[str]:
        return [text for session in self._sessions.values() for text in session.at_work()]

    # -- transport -----------------------------------------------------------------------------------------------

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection of a client.

        Raises:
            BrokerUnavailableError: the broker is stopped.
        """
        await asyncio.sleep(0)
        if not self._running:
            raise BrokerUnavailableError(f"cannot connect to {self.url}: the broker is stopped")
        self._expire()
        session = self._sessions.get(options.client_id)
        if session is not None:
            taken = SessionTakenOverError("another client connected with the same client id", reason=SESSION_TAKEN_OVER)
            self._drop(session, taken)
            session = None if options.clean_start else self._sessions.get(options.client_id)
        present = session is not None
        session = session or MemorySession(options.client_id, self._now)
        self._sessions[options.client_id] = session
        link = Link(options, receive)
        session.attach(link)
        return MemoryConnection(self, session, link, session_present=present)

    def _now(self) -> float:
        return time.monotonic() + self._skipped

    def _expire(self) -> None:
        now = self._now()
        for name, session in list(self._sessions.items()):
            if not session.connected and session.expires is not None and session.expires <= now:
                del self._sessions[name]

    def _drop(self, session: MemorySession, error: ConnectError | None) -> None:
        """End the connection of a session; any end but the client's DISCONNECT publishes its Last Will."""
        link, session.link = session.link, None
        if link is None:
            return
        link.end(error)
        expiry = link.options.session_expiry
        session.expires = None if expiry == FOREVER else self._now() + expiry
        if error is not None and link.options.will is not None:
            delay = link.options.will_delay
            if delay and expiry:
                link.loop.call_later(min(delay, expiry), self._publish_will, session, link.options.will)
            else:
                self._publish(link.options.will, session.client_id)
        if expiry == 0:
            self._sessions.pop(session.client_id, None)

    def _publish_will(self, session: MemorySession, will: Outgoing) -> None:
        if not session.connected:
            self._publish(will, session.client_id)

    # -- routing -------------------------------------------------------------------------------------------------

    def _publish(self, message: Outgoing, client_id: str) -> int:
        self._expire()
        self.messages.append(
            Published(
                topic=message.topic,
                payload=message.payload,
                qos=message.qos,
                retain=message.retain,
                properties=message.properties,
                client_id=client_id,
            )
        )
        expiry = message.properties.expiry
        expires = None if expiry is None else self._now() + expiry
        if message.retain:
            self._retain(message, expires)
        return 0 if self._route(message, expires, client_id) or message.qos == 0 else NO_MATCHING_SUBSCRIBERS

    def _retain(self, message: Outgoing, expires: float | None) -> None:
        self._retained.pop(message.topic, None)
        if message.payload:
            self._retained[message.topic] = (message, expires)

    def _route(self, message: Outgoing, expires: float | None, client_id: str) -> bool:
        shared: dict[str, list[tuple[MemorySession, Subscribed]]] = {}
        matched = False
        for session in list(self._sessions.values()):
            own: list[Subscribed] = []
            for item in session.matching(message.topic):
                if item.topic_filter.startswith(SHARE):
                    shared.setdefault(item.topic_filter, []).append((session, item))
                elif not (item.no_local and session.client_id == client_id):
                    own.append(item)
            if own:
                matched = True
                _put(session, message, own, expires)
        for name, members in shared.items():
            session, item = self._choose(name, members)
            _put(session, message, [item], expires)
        return matched or bool(shared)

    def _choose(self, name: str, members: list[tuple[MemorySession, Subscribed]]) -> tuple[MemorySession, Subscribed]:
        """Return the member whose turn it is; a member that is not connected is skipped if another is."""
        present = [member for member in members if member[0].connected] or members
        turn = self._turns[name] = self._turns.get(name, -1) + 1
        return present[turn % len(present)]

    def _retained_for(self, topic_filter: str) -> Iterator[Queued]:
        now = self._now()
        for message, expires in self._retained.values():
            if matches(topic_filter, message.topic) and (expires is None or expires > now):
                yield Queued(message, message.qos, True, (), expires)

    # -- for MemoryConnection ------------------------------------------------------------------------------------

    def accept(self, link: Link, session: MemorySession, message: Outgoing, acknowledged: Answered) -> None:
        """Take a message from a client; ``acknowledged`` resolves as PUBACK would."""
        if not link.open:
            return
        code = self._publish(message, session.client_id)
        if message.qos == 0:
            acknowledged.set_result(0)
        else:
            link.loop.call_soon(_answer, link, acknowledged, code)

    def grant(self, session: MemorySession, topic_filter: str, options: int, identifier: int | None) -> int:
        """Subscribe a session; return the reason code of SUBACK."""
        try:
            check_filter(topic_filter)
        except TopicError:
            return TOPIC_FILTER_INVALID
        is_new = topic_filter not in session.subscriptions
        qos, handling = qos_of(options), retain_handling(options)
        session.subscriptions[topic_filter] = Subscribed(
            topic_filter, qos, identifier, bool(options & NO_LOCAL), bool(options & RETAIN_AS_PUBLISHED)
        )
        if not topic_filter.startswith(SHARE) and (handling == ALWAYS or (handling == NEW_ONLY and is_new)):
            for item in list(self._retained_for(topic_filter)):
                item.qos = min(item.qos, qos)
                item.subscriptions = () if identifier is None else (identifier,)
                session.put(item)
        return qos

    def close(self, link: Link, session: MemorySession, error: ConnectError | None) -> None:
        """End a connection, if it is still the session's; ``error`` None means by DISCONNECT."""
        if session.link is link:
            self._drop(session, error)


def _put(session: MemorySession, message: Outgoing, matching: list[Subscribed], expires: float | None) -> None:
    qos = min(message.qos, max(item.qos for item in matching))
    identifiers = tuple(dict.fromkeys(item.identifier for item in matching if item.identifier is not None))
    retain = message.retain and any(item.retain_as_published for item in matching)
    session.put(Queued(message, qos, retain, identifiers, expires))


def _answer(link: Link, future: Answered, code: int) -> None:
    if link.open and not future.done():
        future.set_result(code)
