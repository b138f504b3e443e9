"""A publish in flight, and the three kinds of acknowledgement that report its outcome to the outbox."""

from __future__ import annotations

import asyncio
import math
from typing import Protocol

from topicwright.mqtt.message import Outgoing, Window
from topicwright.session.outbox.acknowledgement import Acknowledgement, Outcome, Recipient
from typing_extensions import override


class Pending:
    """A publish in flight. Defaults that most of them keep are class attributes, for speed."""

    plain = False
    """Whether any acknowledgement ends it, whatever its reason code."""
    row: int | None = None
    """Its row in the outbox file; None where there is no file, or where it is not kept."""
    number: int | None = None
    """Its place in the replay window, where it has been there."""
    has_slot = False
    """Whether it occupies one of the slots that ``outbox_size`` allows."""
    sent = False
    ends = 0
    """How many connections ended while it was unanswered."""
    unheard = False
    """Whether the broker has answered that the topic has no subscribers."""
    waits_to_be_heard = False
    """Whether it will be published again soon because it had no subscribers."""
    transmission: Acknowledgement | None = None
    """The acknowledgement of its last transmission, where that did not end the publish."""

    def __init__(
        self,
        message: Outgoing,
        future: asyncio.Future[int] | Acknowledgement,
        window: Window,
        deadline: float = math.inf,
    ) -> None:
        self.message = message
        self.future = future
        self.window = window
        self.deadline = deadline


class Owner(Protocol):
    """The part of the outbox that acknowledgements call."""

    def ended_posted(self, pending: Pending, outcome: Outcome) -> Outcome:
        """Release a posted publish; return its outcome, with the error that a reason code or a timeout means."""
        ...

    def ended_unattended(self, pending: Pending, outcome: Outcome) -> None:
        """Release a publish that is not awaited."""
        ...

    def ended_transmission(self, pending: Pending, outcome: Outcome) -> None:
        """Take the answer to a transmission, which may not end the publish."""
        ...


class Posted(Acknowledgement):
    """The acknowledgement of a publish whose outcome is given to a recipient."""

    __slots__ = ("_owner", "_pending", "_recipient")

    def __init__(self, owner: Owner, pending: Pending, recipient: Recipient) -> None:
        super().__init__()
        self._owner, self._pending, self._recipient = owner, pending, recipient

    @override
    def ended(self, outcome: Outcome) -> None:
        self._recipient.ended(self._owner.ended_posted(self._pending, outcome))


class Unattended(Acknowledgement):
    """The acknowledgement of a publish that is not awaited, such as one of an earlier process."""

    __slots__ = ("_owner", "_pending")

    def __init__(self, owner: Owner, pending: Pending) -> None:
        super().__init__()
        self._owner, self._pending = owner, pending

    @override
    def ended(self, outcome: Outcome) -> None:
        self._owner.ended_unattended(self._pending, outcome)


class Transmission(Unattended):
    """The acknowledgement of one transmission, which may not be the end of the publish."""

    __slots__ = ()

    @override
    def ended(self, outcome: Outcome) -> None:
        self._owner.ended_transmission(self._pending, outcome)
