"""What outlives the acknowledgement or the process: rows of the outbox file, and the replay window."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from topicwright.errors import (
    EncodeError,
    PublishError,
    PublishKeptError,
    PublishRejectedError,
    PublishTimeoutError,
)
from topicwright.mqtt.message import Outgoing, Window
from topicwright.mqtt.reason_codes import FAILURE
from topicwright.session.outbox.acknowledgement import NO_WAITER, Outcome
from topicwright.session.outbox.pending import Pending
from topicwright.session.outbox.replay_window import Acknowledged, ReplayWindow
from topicwright.session.outbox.store import OutboxStore, Stored

log = logging.getLogger("topicwright")


DROPPED: Final = -1
"""The result of a QoS 0 message that was dropped because there was no connection."""


class Records:
    """The file and the replay window of one outbox, which stay in step with each other."""

    def __init__(self, store: OutboxStore | None, max_age: float) -> None:
        """Take the seconds that a message of an earlier process may be old; 0 for any age."""
        self._max_age = max_age
        self._replay = ReplayWindow()
        self.store = store
        """The file, if there is one."""

    def load(self, now: float) -> Iterator[Pending]:
        """Yield the publishes that an earlier process left, with deadlines by ``now``, the time of the event loop.

        Those that were acknowledged go to the replay window.
        """
        for stored in [] if self.store is None else self.store.load():
            if stored.acknowledged:
                self._keep(Acknowledged(stored.message, stored.window, stored.row))
            elif (message := _unexpired(stored)) is None:
                log.error("a message on %r of an earlier process has expired in the outbox", stored.message.topic)
                self._remove(stored.row)
            else:
                pending = Pending(message, NO_WAITER, stored.window, now + self.patience(stored.age))
                pending.row, pending.ends = stored.row, stored.ends
                yield pending

    def patience(self, age: float = 0.0) -> float:
        """Return for how many seconds a message that nobody waits for is still sent."""
        return self._max_age - age if self._max_age else math.inf

    def failure(self, pending: Pending, outcome: Outcome) -> PublishError | EncodeError | None:
        """Return the error that a publish has ended with which nobody waits for; None where it is only the client's."""
        error = outcome.error
        if error is None and outcome.code >= FAILURE:
            return PublishRejectedError(pending.message.topic, outcome.code)
        if isinstance(error, TimeoutError):
            return PublishTimeoutError(pending.message.topic, self.patience(), sent=pending.sent)
        if isinstance(error, (PublishError, EncodeError)) and not isinstance(error, PublishKeptError):
            return error
        return None

    def remove(self, pending: Pending) -> None:
        """Remove a publish from the file. Idempotent."""
        if pending.row is not None:
            self._remove(pending.row)
            pending.row = None

    def _remove(self, row: int) -> None:
        if self.store is not None:
            self.store.remove(row)

    def blame(self, pending: Pending) -> None:
        """Write how many connections ended behind a publish, for the next process."""
        if self.store is not None and pending.row is not None:
            self.store.blame(pending.row, pending.ends)

    def acknowledged(self, pending: Pending) -> None:
        """Put a publish into the replay window."""
        if self.store is not None and pending.row is not None:
            self.store.acknowledge(pending.row)
        # A message that had no subscribers until now counts as a new one.
        number = None if pending.unheard else pending.number
        self._keep(Acknowledged(pending.message, pending.window, pending.row, number))

    def _keep(self, acknowledged: Acknowledged) -> None:
        for item in self._replay.add(acknowledged):
            if item.row is not None:
                self._remove(item.row)

    def replay(self) -> list[Acknowledged]:
        """Return the messages of the replay window, in order; they are not in it any more."""
        return self._replay.take()

    def close(self) -> None:
        """Close the file."""
        if self.store is not None:
            self.store.close()


def has_window(message: Outgoing, window: Window) -> bool:
    """Return whether a message is published again after a reconnect."""
    return bool(window.size) and not message.retain


def _unexpired(stored: Stored) -> Outgoing | None:
    """Return a message with what is left of its expiry interval (MQTT 5, section 3.3.2.3.3); None if nothing is."""
    expiry = stored.message.properties.expiry
    if expiry is None:
        return stored.message
    left = math.ceil(expiry - stored.age)
    return replace(stored.message, properties=replace(stored.message.properties, expiry=left)) if left > 0 else None
