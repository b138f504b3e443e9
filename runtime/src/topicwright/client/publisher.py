"""Publishes messages: the only place that sends, counts and observes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

from topicwright.catalog.topic import Topic
from topicwright.client.core import Core, not_connected
from topicwright.codec.message_writer import Writers
from topicwright.mqtt.message import Outgoing, Window
from topicwright.mqtt.reason_codes import NO_SUBSCRIBERS
from topicwright.session.outbox.acknowledgement import Acknowledgement, Outcome
from topicwright.session.outbox.records import DROPPED
from topicwright.telemetry.observer import Sent
from topicwright.telemetry.stats import TopicStats


class Publisher:
    """Publishes the messages of one client."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.writers = Writers(core.settings.source, core.stats)

    def write(
        self, topic: Topic[Any, Any, Any], data: object, params: object, headers: object, correlation_id: str | None
    ) -> tuple[str, Outgoing | None]:
        """Encode an event, and publish it if that needs no waiting; else ``send`` has to publish it.

        Return the event's id, and the message that is still to be sent. See ``TypedClient.publish``.
        """
        writer = self.writers.by_id.get(id(topic)) or self.writers.of(topic)
        name, payload, properties, message_id = writer.prepare(data, params, headers, correlation_id)
        core = self._core
        if (session := core.session) is None:
            raise not_connected()
        if writer.qos == 0 and core.observer is None and session.write(name, payload, writer.retain, properties):
            (writer.counted or writer.counts(name)).written()  # fast path of send
            return message_id, None
        return message_id, Outgoing(name, payload, writer.qos, writer.retain, properties, writer.window)

    async def send(self, message: Outgoing, address: str | None = None, *, keep: bool = True) -> int:
        """Publish a message; return the reason code once the broker has acknowledged it (QoS 0: once it is written).

        Args:
            message: what to publish.
            address: the address of its topic in the catalog, if it has one.
            keep: whether an outbox file keeps it for the next process.
        """
        core = self._core
        if (session := core.session) is None:
            raise not_connected()
        counts, since = core.stats.sent_to(address or message.topic), perf_counter()
        try:
            if core.observer is None:
                code = await session.publish(message, keep=keep)
            else:
                sent = Sent(core.settings, message, address or message.topic, session.version)
                with core.observer.publishing(sent) as observed:
                    code = await session.publish(_with_window(observed, message.window), keep=keep)
        except BaseException:
            counts.failed += 1
            raise
        if code != DROPPED:
            counts.published += 1
            counts.acknowledging.add(perf_counter() - since)
        return code

    def post(
        self,
        message: Outgoing,
        counts: TopicStats,
        failed: Callable[[BaseException], None],
        *,
        unheard: Callable[[], None] | None = None,
        at_once: bool = False,
    ) -> Acknowledgement | None:
        """Publish a request or a reply, whose acknowledgement is not awaited; fast path of send.

        ``failed`` is called with the error if there is one, ``unheard`` where nobody has subscribed to the topic. None
        means that nothing was done: use ``send``. See ``Outbox.post``.
        """
        session = self._core.session
        if session is None or self._core.observer is not None:
            return None
        return session.post(message, _Counted(counts, failed, unheard), at_once=at_once)


def _with_window(message: Outgoing, window: Window | None) -> Outgoing:
    """Return the message of an observer, which need not know of replay windows, with that of the original."""
    return message if message.window is window else replace(message, window=window)


class _Counted:
    """Counts the outcome of a posted publish, and passes an error on."""

    __slots__ = ("_counts", "_failed", "_since", "_unheard")

    def __init__(
        self, counts: TopicStats, failed: Callable[[BaseException], None], unheard: Callable[[], None] | None
    ) -> None:
        self._counts, self._failed, self._unheard, self._since = counts, failed, unheard, perf_counter()

    def ended(self, outcome: Outcome) -> None:
        """Take the outcome."""
        error, counts = outcome.error, self._counts
        if error is None:
            counts.published += 1
            counts.acknowledging.add(perf_counter() - self._since)
            if outcome.code == NO_SUBSCRIBERS and self._unheard is not None:
                self._unheard()
            return
        counts.failed += 1
        if not isinstance(error, asyncio.CancelledError):
            self._failed(error)
