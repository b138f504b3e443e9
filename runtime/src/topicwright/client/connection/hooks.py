"""What a program asks to be told of its connection: callbacks, started in the background and logged when they fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Final, TypeAlias

from topicwright.client.connection.health import OnSubscriptionRefused
from topicwright.client.signatures import check_async
from topicwright.config.credentials import Credentials
from topicwright.errors import ConnectError

OnSessionLost: TypeAlias = Callable[[], Awaitable[None]]
OnConnected: TypeAlias = Callable[[], Awaitable[None]]
OnLost: TypeAlias = Callable[[ConnectError], Awaitable[None]]
OnFailed: TypeAlias = Callable[[ConnectError], Awaitable[None]]
_WITH_ERROR: Final = ("on_subscription_refused", "on_lost", "on_failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """The callbacks of one client; None where the program has none."""

    on_session_lost: OnSessionLost | None = None
    on_subscription_refused: OnSubscriptionRefused | None = None
    on_connected: OnConnected | None = None
    on_lost: OnLost | None = None
    on_failed: OnFailed | None = None
    credentials: Credentials | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            callback = getattr(self, field.name)
            if callback is not None:
                check_async(callback, field.name, arguments=(1 if field.name in _WITH_ERROR else 0,))
