"""The state that the parts of one client share."""

from __future__ import annotations

from topicwright.client.background_tasks import BackgroundTasks
from topicwright.config.settings import Settings
from topicwright.errors import NotConnectedError
from topicwright.session.session import Session
from topicwright.telemetry.observer import Observer
from topicwright.telemetry.stats import Stats


class Core:
    """The settings and counters of a client, and its session while there is one."""

    def __init__(self, settings: Settings, observer: Observer | None) -> None:
        self.settings = settings
        self.observer = observer
        self.stats = Stats()
        self.background = BackgroundTasks()
        self.session: Session | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""
        return self.session is not None and self.session.connected

    def require(self) -> Session:
        """Return the session.

        Raises:
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        if self.session is None:
            raise not_connected()
        self.session.check_usable()
        return self.session


def not_connected() -> NotConnectedError:
    """Return the error of a client that has no session."""
    return NotConnectedError("not connected: call connect() first, or use 'async with'")
