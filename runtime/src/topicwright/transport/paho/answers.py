"""SUBSCRIBE and UNSUBSCRIBE packets over a paho client, and their answers (MQTT 5, sections 3.8 to 3.11)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, cast

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions
from topicwright.errors import ConnectError, ConnectionLostError
from topicwright.mqtt.reason_codes import MALFORMED, PROTOCOL_ERROR
from topicwright.mqtt.subscription_options import NO_LOCAL, RETAIN_AS_PUBLISHED, qos_of, retain_handling
from topicwright.transport.paho.properties import subscribe_properties
from topicwright.transport.paho.rules import Violated

IDS: Final = 0xFFFF


def code_of(reason: int | ReasonCode) -> int:
    """Return a reason code as a number."""
    return int(reason.value) if isinstance(reason, ReasonCode) else int(reason)


class Answers:
    """The packets of one connection that wait for SUBACK or UNSUBACK, by packet id."""

    def __init__(self, client: paho.Client, version: int, violated: Violated) -> None:
        self._client = client
        self._paho: Any = client
        self._version = version
        self._violated = violated
        self._subscribing: dict[int, tuple[int, asyncio.Future[Sequence[int]]]] = {}
        self._unsubscribing: dict[int, tuple[int, asyncio.Future[Sequence[int]]]] = {}
        self._next_id = self._paho._mid_generate
        vars(client)["_mid_generate"] = self._unused_id

    def __len__(self) -> int:
        """How many packets wait for their answer."""
        return len(self._subscribing) + len(self._unsubscribing)

    def _unused_id(self) -> int:
        """Return a packet id that nothing uses: paho only counts (section 2.2.1)."""
        number = int(self._next_id())
        for _ in range(IDS):
            if not (number in self._paho._out_messages or number in self._subscribing or number in self._unsubscribing):
                break
            number = int(self._next_id())
        return number

    def subscribe(self, filters: Sequence[tuple[str, int]], identifier: int | None) -> asyncio.Future[Sequence[int]]:
        """Send SUBSCRIBE; see ``Connection.subscribe``."""
        if self._version == 5:
            options: Any = [(name, _options(byte)) for name, byte in filters]
            properties = None if identifier is None else subscribe_properties(identifier)
            _, packet_id = self._client.subscribe(options, properties=properties)
        else:
            _, packet_id = self._client.subscribe(list(filters))
        return self._wait(self._subscribing, packet_id, len(filters))

    def unsubscribe(self, filters: Sequence[str]) -> asyncio.Future[Sequence[int]]:
        """Send UNSUBSCRIBE; see ``Connection.unsubscribe``."""
        _, packet_id = self._client.unsubscribe(list(filters))
        return self._wait(self._unsubscribing, packet_id, len(filters))

    def _wait(
        self, waiting: dict[int, tuple[int, asyncio.Future[Sequence[int]]]], packet_id: int | None, count: int
    ) -> asyncio.Future[Sequence[int]]:
        answer: asyncio.Future[Sequence[int]] = asyncio.get_running_loop().create_future()
        if packet_id is None:
            _fail(answer, ConnectionLostError("the connection is gone"))
        else:
            waiting[packet_id] = (count, answer)
        return answer

    def on_suback(self, packet_id: int, reasons: Sequence[int | ReasonCode]) -> None:
        """Take SUBACK: one reason code a filter, in their order (section 3.9.3)."""
        if packet_id in self._unsubscribing:
            self._violated("sent a SUBACK for another kind of packet", PROTOCOL_ERROR)
        elif packet_id in self._subscribing:
            self._take("SUBACK", self._subscribing, packet_id, reasons)

    def on_unsuback(self, packet_id: int, reasons: Sequence[int | ReasonCode]) -> None:
        """Take UNSUBACK; that of MQTT 3.1.1 has no reason codes."""
        if packet_id in self._subscribing:
            self._violated("sent an UNSUBACK for another kind of packet", PROTOCOL_ERROR)
        elif packet_id in self._unsubscribing:
            given = reasons if self._version == 5 else [0] * self._unsubscribing[packet_id][0]
            self._take("UNSUBACK", self._unsubscribing, packet_id, given)

    def _take(
        self,
        name: str,
        waiting: dict[int, tuple[int, asyncio.Future[Sequence[int]]]],
        packet_id: int,
        reasons: Sequence[int | ReasonCode],
    ) -> None:
        count, answer = waiting[packet_id]
        if len(reasons) != count:
            what = f"sent a {name} with {len(reasons)} reason codes for {count} topic filters"
            self._violated(what, PROTOCOL_ERROR if reasons else MALFORMED)
            return
        del waiting[packet_id]
        if not answer.done():
            answer.set_result([code_of(reason) for reason in reasons])

    def end(self, error: ConnectError) -> None:
        """Take the end of the connection."""
        waiting = [*self._subscribing.values(), *self._unsubscribing.values()]
        self._subscribing.clear()
        self._unsubscribing.clear()
        for _, answer in waiting:
            _fail(answer, error)


def _fail(future: asyncio.Future[Any], error: ConnectError) -> None:
    """Set an error on a future; it counts as retrieved, because no task may wait for it."""
    if not future.done():
        future.set_exception(error)
        future.exception()


def _options(byte: int) -> SubscribeOptions:
    return SubscribeOptions(
        qos_of(byte),
        noLocal=bool(byte & NO_LOCAL),
        retainAsPublished=bool(byte & RETAIN_AS_PUBLISHED),
        retainHandling=cast(Any, retain_handling(byte)),
    )
