"""The session's subscriptions: wanted, granted or refused by the broker, and to be removed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from topicwright.config.settings import Settings
from topicwright.errors import (
    ConnectError,
    SubscribeNotSupportedError,
    SubscribeRejectedError,
    UnsubscribeRejectedError,
)
from topicwright.mqtt.reason_codes import FAILURE, UNSUPPORTED_VERSION
from topicwright.mqtt.subscription_options import OPTIONS_OF_MQTT_5, merged, qos_of
from topicwright.mqtt.topic_filters import shown
from topicwright.session.filter_limits import excluded
from topicwright.session.filter_suspects import FilterSuspects
from topicwright.session.outbox.suspects import round_trip
from topicwright.session.subscribing import Filters, Round, packets
from topicwright.telemetry.stats import Stats
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

Quiet: TypeAlias = Callable[[Connection], AbstractAsyncContextManager[None]]


class Subscriptions:
    """Topic filters over more than one connection: each is asked for until the broker grants it."""

    def __init__(self, settings: Settings, stats: Stats, quiet: Quiet) -> None:
        """Take what keeps everything else back while a filter that may end the connection is tried."""
        self._timeout = settings.connect_timeout
        self._most = settings.filters_per_subscribe
        self._stats = stats
        self._wanted: dict[str, int] = {}
        self._granted: dict[str, int] = {}
        """The QoS that the broker granted."""
        self._sent: set[str] = set()
        """Filters that the broker's session may have, because they were asked for."""
        self._unwanted: set[str] = set()
        self._quiet = quiet
        self._suspects = FilterSuspects(settings.poison_limit)
        self._new: set[str] = set()
        """Filters whose first answer a caller waits for, so that a refusal is its error and nothing else."""
        self._loop = asyncio.get_running_loop()
        self._lowered: set[str] = set()
        """Filters that were granted with less QoS than asked for, which is logged once."""
        self.refused: dict[str, SubscribeRejectedError] = {}
        """Filters that are wanted and that the broker has refused."""
        self.refusal = asyncio.Event()
        """Set while there are any."""

    @property
    def missing(self) -> list[SubscribeRejectedError]:
        """The errors of the filters that are wanted and that the broker refuses."""
        return list(self.refused.values())

    def want(self, topic_filter: str, options: int) -> bool:
        """Subscribe to ``topic_filter`` on each connection that lacks it; return whether it was not wanted before.

        Raises:
            ValueError: it is wanted with other options.
        """
        is_new = topic_filter not in self._wanted
        self._wanted[topic_filter] = merged(topic_filter, options, self._wanted.get(topic_filter))
        self._unwanted.discard(topic_filter)
        return is_new

    def unwant(self, topic_filter: str) -> bool:
        """Unsubscribe on the next connection, unless ``end`` does it before; return whether the broker may have it."""
        may_have = topic_filter in self._sent
        self._forget(topic_filter)
        if may_have:
            self._unwanted.add(topic_filter)
        return may_have

    def granted(self, topic_filter: str) -> int | None:
        """Return the QoS that the broker has granted; None where it has not."""
        return self._granted.get(topic_filter)

    # -- asking --------------------------------------------------------------------------------------------------

    async def make(self, connection: Connection, topic_filter: str, *, is_new: bool) -> None:
        """Subscribe, and wait until the broker has granted it.

        Raises:
            SubscribeRejectedError: it refused. A filter that was wanted before is asked for again and again.
            ConnectionLostError: the connection ended, or no answer came in time.
        """
        if topic_filter not in self._wanted:
            return  # given up meanwhile
        if is_new:
            self._new.add(topic_filter)
        refusals: list[SubscribeRejectedError] = []
        resting = self._suspects.resting(topic_filter, self._loop.time())
        if resting is not None:
            refusals.append(resting)
        elif self._suspects.suspected(topic_filter):
            await self._try(connection, topic_filter, refusals.append)
        else:
            await self._ask(connection, [topic_filter], refusals.append).done
        if refusals:
            if is_new:
                self._stats.subscriptions_refused += 1
                self._forget(topic_filter)
            else:
                self._refuse(refusals[0])
            raise refusals[0]

    def restore(self, connection: Connection) -> Round:
        """Ask for the subscriptions that a new connection lacks, and end those that are no longer wanted."""
        if not connection.session_present:
            self._granted.clear()
            self._sent.clear()
            self._unwanted.clear()
        unwanted: Filters = [(name, 0) for name in self._unwanted]
        self._unwanted.clear()
        for batch, _ in packets(unwanted, replace(connection.limits, identifiers=False), self._most):
            # Nobody waits for the answer: not every broker answers for a subscription that it does not have.
            answer = connection.unsubscribe([name for name, _ in batch])
            answer.add_done_callback(partial(self._ended, batch))
        names = [name for name in self._wanted if name not in self._granted and not self._suspects.suspected(name)]
        return self._ask(connection, names, self._refuse)

    def ask_again(self, connection: Connection) -> Round:
        """Ask once more for what was refused."""
        names = [name for name in self._wanted if name in self.refused and not self._suspects.suspected(name)]
        return self._ask(connection, names, self._refuse)

    async def try_suspects(self, connection: Connection) -> None:
        """Ask for the filters that may end the connection, one after the other.

        Raises:
            ConnectionLostError: the connection ended.
        """
        for name in [name for name in self._wanted if self._suspects.suspected(name)]:
            if self._suspects.resting(name, self._loop.time()) is None:
                await self._try(connection, name, self._refuse)

    async def _try(self, connection: Connection, name: str, refuse: Callable[[SubscribeRejectedError], None]) -> None:
        async with self._quiet(connection):
            if name in self._granted or name not in self._wanted:
                return  # another caller was first
            asked = self._ask(connection, [name], refuse)
            await round_trip(connection)
        await asked.done

    @property
    def has_suspects(self) -> bool:
        """Whether a filter may be why connections ended."""
        return bool(self._suspects)

    @property
    def unanswered(self) -> bool:
        """Whether the broker has not answered a SUBSCRIBE."""
        return bool(self._suspects.unanswered)

    def lost(self, connection: Connection, error: ConnectError | None) -> None:
        """Judge the filters that were unanswered when the connection ended."""
        convicted = self._suspects.lost(connection, error, self._loop.time())
        if convicted is not None and convicted.topic_filter in self._wanted.keys() - self._new:
            self._refuse(convicted)

    def _ask(self, connection: Connection, names: list[str], refuse: Callable[[SubscribeRejectedError], None]) -> Round:
        filters: Filters = []
        for name in names:
            error = excluded(name, connection.limits) or _needs_mqtt_5(name, self._wanted[name], connection.version)
            if error is None:
                filters.append((name, self._wanted[name]))
            else:
                refuse(error)
        self._sent.update(name for name, _ in filters)

        def take(asked: Filters, codes: Sequence[int]) -> None:
            for (name, qos), code in zip(asked, codes, strict=True):
                self._suspects.answered(name)
                if code >= FAILURE:
                    refuse(SubscribeRejectedError(name, code))
                else:
                    self._grant(name, qos_of(qos), code)

        work = self._sending(packets(filters, connection.limits, self._most))
        return Round(connection, work, take, self._timeout)

    def _sending(self, work: Iterator[tuple[Filters, int | None]]) -> Iterator[tuple[Filters, int | None]]:
        for filters, identifier in work:
            for name, _ in filters:
                self._suspects.sent(name)
            yield filters, identifier

    def _grant(self, name: str, qos: int, granted: int) -> None:
        if name not in self._wanted:
            return  # given up meanwhile
        self._new.discard(name)
        self._granted[name] = granted
        if self.refused.pop(name, None) is not None:
            log.warning("the broker grants the subscription to %s now", shown(name))
            self._mark()
        if granted >= qos:
            self._lowered.discard(name)
        elif name not in self._lowered:
            self._lowered.add(name)
            text = "the broker granted QoS %d for the subscription to %s, and not QoS %d: messages may be lost"
            log.warning(text, granted, shown(name), qos)

    def _refuse(self, error: SubscribeRejectedError) -> None:
        name = error.topic_filter
        self._stats.subscriptions_refused += 1
        if name not in self._wanted:
            return
        if name not in self.refused:
            log.error("%s; asking again", error)
        self._granted.pop(name, None)
        self.refused[name] = error
        self._mark()

    # -- ending --------------------------------------------------------------------------------------------------

    async def end(self, connection: Connection, topic_filter: str) -> None:
        """Unsubscribe, and wait for the broker's answer.

        Raises:
            UnsubscribeRejectedError: it refused; it is asked again on the next connection.
            ConnectionLostError, TimeoutError: no answer; likewise.
        """
        async with asyncio.timeout(self._timeout):
            codes = await connection.unsubscribe([topic_filter])
        if codes[0] >= FAILURE:
            raise UnsubscribeRejectedError(topic_filter, codes[0])
        self._unwanted.discard(topic_filter)
        if topic_filter not in self._wanted:
            self._sent.discard(topic_filter)

    def _ended(self, batch: Filters, answer: asyncio.Future[Sequence[int]]) -> None:
        if answer.cancelled() or answer.exception() is not None:
            return
        for (name, _), code in zip(batch, answer.result(), strict=True):
            if code >= FAILURE:
                log.error("%s", UnsubscribeRejectedError(name, code))
            if name not in self._wanted:
                self._sent.discard(name)

    def _forget(self, name: str) -> None:
        self._wanted.pop(name, None)
        self._granted.pop(name, None)
        self._lowered.discard(name)
        self._suspects.forget(name)
        self._new.discard(name)
        self.refused.pop(name, None)
        self._mark()

    def _mark(self) -> None:
        if self.refused:
            self.refusal.set()
        else:
            self.refusal.clear()


def _needs_mqtt_5(topic_filter: str, options: int, version: int) -> SubscribeRejectedError | None:
    if version == 5 or not options & OPTIONS_OF_MQTT_5:
        return None
    what = "has no_local, retained or retain_as_published, which are options of MQTT 5"
    return SubscribeNotSupportedError(topic_filter, UNSUPPORTED_VERSION, limit="MQTT 3.1.1", what=what)
