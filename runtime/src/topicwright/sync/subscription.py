"""A subscription of a blocking client."""

from __future__ import annotations

from collections.abc import Callable

from topicwright.client.registrations import Subscription as AsyncSubscription


class Subscription:
    """An active subscription; close it to stop receiving events."""

    def __init__(self, subscription: AsyncSubscription, close: Callable[[], None]) -> None:
        self._subscription = subscription
        self._close = close

    @property
    def topic_filter(self) -> str:
        """The topic filter that was subscribed to."""
        return self._subscription.topic_filter

    @property
    def granted_qos(self) -> int | None:
        """The QoS that the broker grants now, which may be less than that of the topic; None while it grants none."""
        return self._subscription.granted_qos

    def close(self) -> None:
        """Unsubscribe, and wait until the handler has finished with what was delivered. Idempotent.

        After ``shutdown_timeout`` it returns, and the handler goes on by itself. Called in a handler it does not wait:
        the subscription ends when the handler has returned.

        Raises:
            UnsubscribeRejectedError: the broker refused to end the subscription; it is asked again when it reconnects.
        """
        self._close()
