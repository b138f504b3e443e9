"""What a session tells the client above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from topicwright.errors import ConnectError, TopicwrightError
from topicwright.mqtt.message import Incoming, Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Hooks that the session calls; none may raise or block."""

    connecting: Callable[[], None]
    """A new connection is about to be made; messages may arrive from now on."""
    receive: Callable[[Incoming], None]
    """A message arrived."""
    connected: Callable[[bool], None]
    """The broker accepted; False where it had no session. Subscriptions follow."""
    reconnected: Callable[[bool], None]
    """Connected again; False where the broker had forgotten the session."""
    given_up: Callable[[Outgoing, TopicwrightError], None]
    """A message for whose outcome nobody waits is not sent any more."""
    lost: Callable[[ConnectError], None]
    """The connection ended; another one is made, unless the error is final."""
    failed: Callable[[ConnectError], None]
    """The session ended permanently."""
    subscribed: Callable[[], None]
    """Subscriptions were asked for, and answered."""
    busy: Callable[[], bool]
    """Returns whether handlers are at work, so that reading may wait for them a moment."""
