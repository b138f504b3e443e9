"""The measurements, each a conversation with the broker on topics of its own."""

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
from topicwright.doctor.probe import QUIET, ProbeClient, RefusedError, good, publish, subscribe
from topicwright.errors import ConnectError, ConnectionLostError, SessionTakenOverError, reason_name

WAITING: Final = 1500
"""Messages for a client that is away: more than mosquitto keeps by default (1000)."""
UNDER_WAY: Final = 100
"""Messages that a reader leaves unacknowledged: more than mosquitto allows by default (20)."""
FEW: Final = 10
ROUND_TRIPS: Final = 60
SLOW: Final = 0.02
"""Seconds of a round trip that a network with this time to connect does not explain."""
LIMIT: Final = 30.0
"""Seconds that one measurement may take."""
UNHEARD: Final = 0x10


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
    """Measure requests and replies of two clients, against the time that connecting takes."""
    asking, answering = sandbox.probe("a"), sandbox.probe("b")
    since = time.perf_counter()
    async with asking.connected() as question:
        base = time.perf_counter() - since
        async with answering.connected() as answer:
            await subscribe(question, f"{sandbox.name}/back")
            await subscribe(answer, sandbox.name)
            times: list[float] = []
            for number in range(1, ROUND_TRIPS + 1):
                since = time.perf_counter()
                await publish(question, sandbox.name)
                await answering.count(number)
                await publish(answer, f"{sandbox.name}/back")
                await asking.count(number)
                times.append(time.perf_counter() - since)
    # A system acknowledges the first packets of a connection at once, so the last ones count.
    took = statistics.median(times[-FEW:])
    measured = f"{took * 1000:.1f} ms for a request and its reply, {base * 1000:.1f} ms to connect"
    if took < max(SLOW, 4 * base):
        return good("round trip", measured)
    return Finding("round trip", Verdict.BAD, measured, "mosquitto.conf: set_tcp_nodelay true")


async def in_flight(sandbox: Sandbox) -> Finding:
    """Count what the broker sends to a reader that acknowledges nothing."""
    probe = sandbox.probe()
    probe.allowance = 0
    async with probe.connected() as connection:
        await subscribe(connection, sandbox.name)
        await publish(connection, sandbox.name, UNDER_WAY)
        came = await probe.count(UNDER_WAY)
    if came >= UNDER_WAY:
        return good("messages under way", f"{came} or more unacknowledged")
    advice = "a slow handler holds the others back: mosquitto.conf: max_inflight_messages 1000"
    return Finding("messages under way", Verdict.BAD, f"no more than {came} unacknowledged", advice)


async def receive_maximum(sandbox: Sandbox) -> Finding:
    """Count what the broker sends past the receive maximum of a session that is resumed."""
    probe = sandbox.probe()
    async with probe.connected(expiry=60) as connection:
        await subscribe(connection, sandbox.name)
    async with sandbox.probe("b").connected() as writer:
        await publish(writer, sandbox.name, 5 * FEW)
    probe.allowance = 2 * FEW
    async with probe.connected(clean=False, expiry=60, receive_maximum=FEW):
        came = await probe.count(5 * FEW) - 2 * FEW
    await _forget(probe)
    if came <= FEW:
        return good("receive maximum", "kept")
    advice = "the client tolerates it; memory is bounded by twice its receive_maximum, at least 1000 messages"
    return Finding("receive maximum", Verdict.NOTE, f"{came} messages where {FEW} are allowed", advice)


async def queue(sandbox: Sandbox) -> Finding:
    """Count what is left of acknowledged messages for a session that is away."""
    probe = sandbox.probe()
    async with probe.connected(expiry=60) as connection:
        await subscribe(connection, sandbox.name)
    async with sandbox.probe("b").connected() as writer:
        await publish(writer, sandbox.name, WAITING)
    async with probe.connected(clean=False, expiry=60) as connection:
        present = connection.session_present
        came = await probe.count(WAITING)
    await _forget(probe)
    if not present:
        advice = "what is published while a client is away is lost: let the broker keep sessions"
        return Finding("queue of a session", Verdict.BAD, "the session is not kept", advice)
    if came >= WAITING:
        return good("queue of a session", f"{came} messages or more wait for a client that is away")
    advice = (
        "the rest is acknowledged and dropped: mosquitto.conf: max_queued_messages 0, max_queued_bytes 0 or as needed"
    )
    return Finding("queue of a session", Verdict.BAD, f"{came} of {WAITING} messages were kept", advice)


async def _forget(probe: ProbeClient) -> None:
    probe.allowance = math.inf
    async with probe.connected():
        pass


async def retained(sandbox: Sandbox) -> Finding:
    """Store a retained message, read it, and take it away."""
    probe = sandbox.probe()
    advice = "state topics have no value for late readers: mosquitto.conf: retain_available true"
    try:
        async with probe.connected() as connection:
            await publish(connection, sandbox.name, retain=True)
            await subscribe(connection, sandbox.name)
            came = await probe.count(1)
            await publish(connection, sandbox.name, retain=True, size=0)
    except ConnectionLostError as error:
        return Finding("retained messages", Verdict.BAD, str(error), advice)
    if came:
        return good("retained messages", "kept")
    return Finding("retained messages", Verdict.BAD, "not kept", advice)


async def shared(sandbox: Sandbox) -> Finding:
    """Let two clients share a subscription."""
    one, two = sandbox.probe("a"), sandbox.probe("b")
    async with one.connected() as first, two.connected() as second:
        for connection in (first, second):
            await subscribe(connection, f"$share/doctor/{sandbox.name}")
        await publish(first, sandbox.name, 2 * FEW)
        came = await one.count(2 * FEW)
        came += len(two.got)
    if came == 2 * FEW and two.got:
        return good("shared subscriptions", f"{len(one.got)} and {len(two.got)} of {came} messages")
    advice = "do not start a service several times on $share/..."
    return Finding("shared subscriptions", Verdict.NOTE, f"{came} of {2 * FEW} messages came", advice)


async def unheard(sandbox: Sandbox) -> Finding:
    """Publish what nobody listens to."""
    async with sandbox.probe().connected() as connection:
        code = await publish(connection, sandbox.name)
    if code == UNHEARD:
        return good("nobody listens", "the publisher is told (0x10)")
    return Finding("nobody listens", Verdict.NOTE, "the publisher is not told", "must_be_heard does nothing here")


async def takeover(sandbox: Sandbox) -> Finding:
    """Connect twice under one client id."""
    first, second = sandbox.probe(), sandbox.probe()
    async with first.connected() as old, second.connected():
        done, _ = await asyncio.wait({old.closed}, timeout=QUIET * 4)
        told = bool(done) and isinstance(old.closed.result(), SessionTakenOverError)
    if told:
        return good("session taken over", "the first client is told (0x8E)")
    advice = "two services with one client id disconnect each other for ever; mosquitto tells from 2.0.12 on"
    return Finding("session taken over", Verdict.NOTE, "the first client is not told", advice)


async def packet_size(sandbox: Sandbox) -> Finding:
    """Read the maximum packet size from CONNACK."""
    async with sandbox.probe().connected() as connection:
        most = connection.maximum_packet_size
    return good("packet size", "no limit told" if most is None else f"at most {most} bytes")


CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("round trip", round_trip),
    ("messages under way", in_flight),
    ("receive maximum", receive_maximum),
    ("queue of a session", queue),
    ("retained messages", retained),
    ("shared subscriptions", shared),
    ("nobody listens", unheard),
    ("session taken over", takeover),
    ("packet size", packet_size),
)
PERSISTENCE: Final = Finding(
    "persistence",
    Verdict.NOTE,
    "cannot be seen from outside",
    "mosquitto.conf: persistence true, autosave_interval 1, autosave_on_changes true; or a replay_window of publishers",
)


async def examine(settings: Settings, prefix: str = "topicwright-doctor") -> list[Finding]:
    """Measure a broker; topics below ``prefix`` are written and read, and left empty.

    Raises:
        ConnectError: no connection can be made at all.
    """
    sandbox = Sandbox(settings, prefix)
    try:
        async with sandbox.probe().connected() as connection:
            await publish(connection, sandbox.name)
    except RefusedError as error:
        return [_refused("topics", error, Verdict.BAD)]
    return [*[await _run(name, check, Sandbox(settings, prefix)) for name, check in CHECKS], PERSISTENCE]


async def _run(name: str, check: Check, sandbox: Sandbox) -> Finding:
    try:
        async with asyncio.timeout(LIMIT):
            return await check(sandbox)
    except RefusedError as error:
        return _refused(name, error, Verdict.NOTE)
    except ConnectError as error:
        return Finding(name, Verdict.BAD, f"not measured: {error}", "look into the broker's log")
    except TimeoutError:
        return Finding(name, Verdict.BAD, f"no answer within {LIMIT:g} s", "look into the broker's log")


def _refused(name: str, error: RefusedError, verdict: Verdict) -> Finding:
    advice = "allow it for the doctor's login, or give --prefix a topic that the login may use"
    return Finding(name, verdict, f"not measured: {error} was refused, {reason_name(error.reason)}", advice)
