"""The measurements; each uses topics of its own."""

from __future__ import annotations

import asyncio
import math
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Final

from topicwright.config.settings import Settings
from topicwright.doctor.finding import Finding, Verdict
from topicwright.doctor.probe import QUIET_SECONDS, ProbeClient, RefusedError, good, publish, subscribe
from topicwright.errors import ConnectError, ConnectionLostError, SessionTakenOverError, reason_name

QUEUED_MESSAGES: Final = 1500
"""Messages for a disconnected client: more than mosquitto queues by default (1000)."""
UNACKNOWLEDGED_MESSAGES: Final = 100
"""Messages that a reader leaves unacknowledged: more than mosquitto allows by default (20)."""
FEW_MESSAGES: Final = 10
ROUND_TRIPS: Final = 60
SLOW_ROUND_TRIP: Final = 0.02
"""Seconds of a round trip that are too long, unless connecting takes a quarter as long."""
CHECK_TIMEOUT: Final = 30.0
"""Seconds that one measurement may take."""
NO_MATCHING_SUBSCRIBERS: Final = 0x10


class Sandbox:
    """Topics and client ids that one measurement has for itself."""

    def __init__(self, settings: Settings, prefix: str) -> None:
        self._settings = settings
        self.name = f"{prefix}/{secrets.token_hex(6)}"

    def probe(self, name: str = "a") -> ProbeClient:
        """Return a client."""
        return ProbeClient(self._settings.model_copy(update={"client_id": f"{self.name.replace('/', '-')}-{name}"}))


Check = Callable[[Sandbox], Awaitable[Finding]]


async def round_trip(sandbox: Sandbox) -> Finding:
    """Measure requests and replies of two clients, relative to the time of connecting."""
    requester, responder = sandbox.probe("a"), sandbox.probe("b")
    since = time.perf_counter()
    async with requester.connected() as request:
        base = time.perf_counter() - since
        async with responder.connected() as reply:
            await subscribe(request, f"{sandbox.name}/back")
            await subscribe(reply, sandbox.name)
            times: list[float] = []
            for number in range(1, ROUND_TRIPS + 1):
                since = time.perf_counter()
                await publish(request, sandbox.name)
                await responder.count(number)
                await publish(reply, f"{sandbox.name}/back")
                await requester.count(number)
                times.append(time.perf_counter() - since)
    # TCP acknowledges the first packets of a connection immediately, so only the last ones count.
    took = statistics.median(times[-FEW_MESSAGES:])
    measured = f"{took * 1000:.1f} ms for a request and its reply, {base * 1000:.1f} ms to connect"
    if took < max(SLOW_ROUND_TRIP, 4 * base):
        return good("round trip", measured)
    return Finding("round trip", Verdict.BAD, measured, "mosquitto.conf: set_tcp_nodelay true")


async def in_flight(sandbox: Sandbox) -> Finding:
    """Count the messages that the broker sends to a reader that acknowledges none."""
    probe = sandbox.probe()
    probe.allowance = 0
    async with probe.connected() as connection:
        await subscribe(connection, sandbox.name)
        await publish(connection, sandbox.name, UNACKNOWLEDGED_MESSAGES)
        count = await probe.count(UNACKNOWLEDGED_MESSAGES)
    if count >= UNACKNOWLEDGED_MESSAGES:
        return good("messages in flight", f"{count} or more unacknowledged")
    advice = "a slow handler delays the others: mosquitto.conf: max_inflight_messages 1000"
    return Finding("messages in flight", Verdict.BAD, f"no more than {count} unacknowledged", advice)


async def receive_maximum(sandbox: Sandbox) -> Finding:
    """Count the messages that the broker sends past the receive maximum of a resumed session."""
    probe = sandbox.probe()
    async with probe.connected(expiry=60) as connection:
        await subscribe(connection, sandbox.name)
    async with sandbox.probe("b").connected() as writer:
        await publish(writer, sandbox.name, 5 * FEW_MESSAGES)
    probe.allowance = 2 * FEW_MESSAGES
    async with probe.connected(clean=False, expiry=60, receive_maximum=FEW_MESSAGES):
        count = await probe.count(5 * FEW_MESSAGES) - 2 * FEW_MESSAGES
    await _end_session(probe)
    if count <= FEW_MESSAGES:
        return good("receive maximum", "respected")
    advice = "the client tolerates it; memory is bounded by twice its receive_maximum, at least 1000 messages"
    return Finding("receive maximum", Verdict.NOTE, f"{count} messages, {FEW_MESSAGES} are allowed", advice)


async def queue(sandbox: Sandbox) -> Finding:
    """Count the acknowledged messages that the broker keeps for a disconnected session."""
    probe = sandbox.probe()
    async with probe.connected(expiry=60) as connection:
        await subscribe(connection, sandbox.name)
    async with sandbox.probe("b").connected() as writer:
        await publish(writer, sandbox.name, QUEUED_MESSAGES)
    async with probe.connected(clean=False, expiry=60) as connection:
        present = connection.session_present
        count = await probe.count(QUEUED_MESSAGES)
    await _end_session(probe)
    if not present:
        advice = "messages for a disconnected client are lost: let the broker keep sessions"
        return Finding("queue of a session", Verdict.BAD, "the session is not kept", advice)
    if count >= QUEUED_MESSAGES:
        return good("queue of a session", f"{count} messages or more are kept for a disconnected client")
    advice = (
        "the rest is acknowledged and dropped: mosquitto.conf: max_queued_messages 0, max_queued_bytes 0 or as needed"
    )
    return Finding("queue of a session", Verdict.BAD, f"{count} of {QUEUED_MESSAGES} messages were kept", advice)


async def _end_session(probe: ProbeClient) -> None:
    probe.allowance = math.inf
    async with probe.connected():
        pass


async def retained(sandbox: Sandbox) -> Finding:
    """Store a retained message, read it, and remove it."""
    probe = sandbox.probe()
    advice = "late subscribers of state topics receive no value: mosquitto.conf: retain_available true"
    try:
        async with probe.connected() as connection:
            await publish(connection, sandbox.name, retain=True)
            await subscribe(connection, sandbox.name)
            count = await probe.count(1)
            await publish(connection, sandbox.name, retain=True, size=0)
    except ConnectionLostError as error:
        return Finding("retained messages", Verdict.BAD, str(error), advice)
    if count:
        return good("retained messages", "kept")
    return Finding("retained messages", Verdict.BAD, "not kept", advice)


async def shared(sandbox: Sandbox) -> Finding:
    """Publish to two clients that share a subscription."""
    one, two = sandbox.probe("a"), sandbox.probe("b")
    async with one.connected() as first, two.connected() as second:
        for connection in (first, second):
            await subscribe(connection, f"$share/doctor/{sandbox.name}")
        await publish(first, sandbox.name, 2 * FEW_MESSAGES)
        count = await one.count(2 * FEW_MESSAGES)
        count += len(two.received)
    if count == 2 * FEW_MESSAGES and two.received:
        return good("shared subscriptions", f"{len(one.received)} and {len(two.received)} of {count} messages")
    advice = "do not start a service several times on $share/..."
    return Finding("shared subscriptions", Verdict.NOTE, f"{count} of {2 * FEW_MESSAGES} messages arrived", advice)


async def unheard(sandbox: Sandbox) -> Finding:
    """Publish a message without a subscriber."""
    async with sandbox.probe().connected() as connection:
        code = await publish(connection, sandbox.name)
    if code == NO_MATCHING_SUBSCRIBERS:
        return good("no subscriber", "reported to the publisher (0x10)")
    return Finding("no subscriber", Verdict.NOTE, "not reported to the publisher", "must_be_heard has no effect")


async def takeover(sandbox: Sandbox) -> Finding:
    """Connect twice with one client id."""
    first, second = sandbox.probe(), sandbox.probe()
    async with first.connected() as old, second.connected():
        done, _ = await asyncio.wait({old.closed}, timeout=QUIET_SECONDS * 4)
        reported = bool(done) and isinstance(old.closed.result(), SessionTakenOverError)
    if reported:
        return good("session taken over", "reported to the first client (0x8E)")
    advice = "two services with one client id disconnect each other for ever; mosquitto reports it from 2.0.12 on"
    return Finding("session taken over", Verdict.NOTE, "not reported to the first client", advice)


async def packet_size(sandbox: Sandbox) -> Finding:
    """Read the maximum packet size from CONNACK."""
    async with sandbox.probe().connected() as connection:
        limit = connection.limits.maximum_packet_size
    return good("packet size", "no limit declared" if limit is None else f"at most {limit} bytes")


CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("round trip", round_trip),
    ("messages in flight", in_flight),
    ("receive maximum", receive_maximum),
    ("queue of a session", queue),
    ("retained messages", retained),
    ("shared subscriptions", shared),
    ("no subscriber", unheard),
    ("session taken over", takeover),
    ("packet size", packet_size),
)
PERSISTENCE: Final = Finding(
    "persistence",
    Verdict.NOTE,
    "cannot be measured by a client",
    "mosquitto.conf: persistence true, autosave_interval 1, autosave_on_changes true; or a replay_window of publishers",
)


async def examine(
    settings: Settings, prefix: str = "topicwright-doctor", tell: Callable[[str], object] | None = None
) -> list[Finding]:
    """Measure a broker, on topics below ``prefix``; no retained message remains there.

    Args:
        settings: of the connection.
        prefix: the first levels of the topics that are used.
        tell: called with the name of each measurement, before it.

    Raises:
        ConnectError: no connection can be made.
    """
    sandbox = Sandbox(settings, prefix)
    try:
        async with sandbox.probe().connected() as connection:
            await publish(connection, sandbox.name)
    except RefusedError as error:
        return [_refused("topics", error, Verdict.BAD)]
    findings: list[Finding] = []
    for name, check in CHECKS:
        if tell is not None:
            tell(name)
        findings.append(await _run(name, check, Sandbox(settings, prefix)))
    return [*findings, PERSISTENCE]


async def _run(name: str, check: Check, sandbox: Sandbox) -> Finding:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            return await check(sandbox)
    except RefusedError as error:
        return _refused(name, error, Verdict.NOTE)
    except ConnectError as error:
        return Finding(name, Verdict.BAD, f"not measured: {error}", "see the broker's log")
    except TimeoutError:
        return Finding(name, Verdict.BAD, f"no answer within {CHECK_TIMEOUT:g} s", "see the broker's log")


def _refused(name: str, error: RefusedError, verdict: Verdict) -> Finding:
    advice = "allow it for the doctor's login, or give --prefix a topic that the login may use"
    return Finding(name, verdict, f"not measured: {error} was refused, {reason_name(error.reason)}", advice)
