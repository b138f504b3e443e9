"""The handlers of a client: registered here, subscribed to at the broker, and removed again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from topicwright.client.core import Core
from topicwright.client.leaving import Leaving
from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.dispatch.handlers.partition import own_key
from topicwright.dispatch.handlers.queues import Key
from topicwright.dispatch.handlers.registration import Answering, Inline, Registration, Work


class Subscription:
    """An active subscription; close it to stop receiving events."""

    def __init__(
        self, topic_filter: str, close: Callable[[], Awaitable[None]], granted: Callable[[], int | None]
    ) -> None:
        self.topic_filter = topic_filter
        """The topic filter that was subscribed to."""
        self._close = close
        self._granted = granted

    @property
    def granted_qos(self) -> int | None:
        """The QoS that the broker grants now, which may be less than that of the topic; None while it grants none.

        Messages arrive with this QoS at most (MQTT 5, section 3.8.4). A lower one than asked for is logged once.
        """
        return self._granted()

    async def close(self) -> None:
        """Unsubscribe, and wait until the handler has finished with what was delivered. Idempotent.

        After ``shutdown_timeout`` it returns, and the handler goes on by itself. A handler may close its own
        subscription: then this returns when the broker has answered.

        Raises:
            UnsubscribeRejectedError: the broker refused to end the subscription; it is asked again when it reconnects.
        """
        await self._close()


class Registrations:
    """Registers the handlers of one client."""

    def __init__(self, core: Core, dispatcher: Dispatcher, on_error: OnError) -> None:
        self._core = core
        self._dispatcher = dispatcher
        self.on_error = on_error
        """The error policy of handlers that are registered without one."""
        self._by_topic: dict[str, Registration] = {}
        """The handlers that ``replace`` has registered."""
        self._leaving: dict[Registration, Leaving] = {}
        self._locks: WeakValueDictionary[tuple[asyncio.AbstractEventLoop, str], asyncio.Lock] = WeakValueDictionary()

    async def add(
        self,
        topic_filter: str,
        options: int,
        work: Work | Inline,
        *,
        inline: bool = False,
        on_error: OnError | None = None,
        concurrency: int = 1,
        key: Key | None = None,
        answers: Answering | None = None,
    ) -> Registration:
        """Register a handler, and return once the broker has granted the subscription."""
        # The handler is registered before SUBSCRIBE is sent, so that no retained message can arrive before it.
        session = self._core.require()
        registration = self._dispatcher.add(
            topic_filter,
            options,
            work,
            inline=inline,
            on_error=on_error or self.on_error,
            concurrency=concurrency,
            key=key,
            answers=answers,
        )
        try:
            await session.subscribe(topic_filter, options)
        except BaseException:
            if self._dispatcher.remove(registration):
                self._core.background.start(session.unsubscribe(topic_filter))
            raise
        return registration

    def subscription(self, registration: Registration) -> Subscription:
        """Return the subscription that closes a registration."""
        name = registration.topic_filter
        return Subscription(name, lambda: self.remove(registration), lambda: self._granted(name))

    def _granted(self, topic_filter: str) -> int | None:
        session = self._core.session
        return None if session is None else session.subscriptions.granted(topic_filter)

    async def remove(self, registration: Registration) -> None:
        """Unsubscribe if no other handler has the filter, and remove a handler when it has finished. Idempotent."""
        leaving = self._leaving.get(registration)
        if leaving is None:
            if registration.closed:
                return
            leaving = self._leaving[registration] = Leaving(self._dispatcher, registration, self._core.session)
            leaving.task.add_done_callback(lambda _: self._leaving.pop(registration, None))
        await leaving.wait(self._core.settings.shutdown_timeout, asyncio.current_task())

    # -- one handler a topic filter ------------------------------------------------------------------------------

    async def replace(
        self, topic_filter: str, options: int, work: Work, *, on_error: OnError | None, concurrency: int
    ) -> Registration:
        """Register the only handler of a filter, in place of the previous one.

        Raises:
            ValueError: the previous handler has another ``concurrency``.
        """
        async with self._lock(topic_filter):
            registration = self._by_topic.get(topic_filter)
            if registration is None or registration.closing or registration.closed:
                registration = await self.add(
                    topic_filter, options, work, on_error=on_error, concurrency=concurrency, key=own_key
                )
                self._by_topic[topic_filter] = registration
                return registration
            _check_concurrency(registration, concurrency)
            registration.on_error = on_error or self.on_error
            await self._replace_work(registration, options, work)
            return registration

    async def _replace_work(self, registration: Registration, options: int, work: Work) -> None:
        """Give the messages in the old handler's queue to the new one, and ask for retained messages again."""
        old_work, registration.work = registration.work, work
        self._dispatcher.forget_seen(registration)
        try:
            await self._core.require().subscribe(registration.topic_filter, options)
        except BaseException:
            registration.work = old_work
            raise

    async def remove_replaceable(self, topic_filter: str) -> None:
        """Remove the handler that ``replace`` has registered; does nothing where there is none."""
        async with self._lock(topic_filter):
            registration = self._by_topic.pop(topic_filter, None)
            if registration is not None:
                await self.remove(registration)

    def _lock(self, topic_filter: str) -> asyncio.Lock:
        """Return the lock under which the handler of a filter changes: one change at a time, and the last one wins."""
        return self._locks.setdefault((asyncio.get_running_loop(), topic_filter), asyncio.Lock())


def _check_concurrency(registration: Registration, concurrency: int) -> None:
    if concurrency != registration.concurrency:
        name, present = registration.topic_filter, registration.concurrency
        raise ValueError(f"the handler of {name} has a concurrency of {present}: unsubscribe it first")
