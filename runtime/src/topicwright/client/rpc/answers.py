"""What a requester gets besides a reply: the failure of its responder, and the reply to a request that it repeats."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Final

from topicwright.catalog.topic import Call
from topicwright.client.core import Core
from topicwright.client.publisher import Publisher
from topicwright.client.rpc.reply_writer import ReplyWriter
from topicwright.codec.event_reader import EventReader, Unwanted
from topicwright.codec.message_choice import on_same_address
from topicwright.errors import DecodeError, EncodeError, TopicError
from topicwright.mqtt.message import Incoming, Outgoing

log = logging.getLogger("topicwright")

MAX_KEPT: Final = 1000
"""At most this many replies of a responder are kept for requests that are repeated."""
MAX_BYTES: Final = 8_000_000
"""At most this many bytes of payload are kept with them."""


class Answers:
    """Answers requests of one call where the responder does not."""

    def __init__(self, core: Core, publisher: Publisher, call: Call[Any, Any, Any, Any], replies: ReplyWriter) -> None:
        self._core = core
        self._publisher = publisher
        self._replies = replies
        self.reader: EventReader[Any, Any, Any] | None = None
        """Reads the requests."""
        self.others = on_same_address(call.request, call.replies)
        """The replies that come on the topic of the requests."""
        self._kept: OrderedDict[Hashable, tuple[Outgoing, str | None]] = OrderedDict()
        self._bytes = 0

    def failed(self, incoming: Incoming, error: BaseException) -> None:
        """Tell the requester that the responder failed, by properties of MQTT 5; see ``codec.error_reply``."""
        session = self._core.session
        if not self._core.settings.answer_errors or session is None or session.version != 5:
            return
        try:
            made = self._failure(incoming, error)
            if made is not None:
                self._post(*made)
        except (Unwanted, DecodeError, EncodeError, TopicError):
            log.debug("a failure on a request of %s cannot be answered", incoming.topic)
        except Exception:
            log.exception("the failure on a request of %s could not be answered", incoming.topic)

    def _post(self, message: Outgoing, address: str | None) -> None:
        """Publish a message before the request is acknowledged, without waiting for its own acknowledgement."""
        counts = self._core.stats.sent_to(address or message.topic)
        if self._publisher.post(message, counts, _log_unsent, at_once=True) is None:
            self._core.background.start(self._send(message, address))

    def _failure(self, incoming: Incoming, error: BaseException) -> tuple[Outgoing, str | None] | None:
        assert self.reader is not None
        if isinstance(error, DecodeError) and error.topic == incoming.topic:
            made = self._replies.failure_of_invalid(incoming, error)
        else:
            made = self._replies.failure(self.reader.read(incoming), error)
        return None if made is None else (made[0], made[1].topic.address)

    def keep(self, key: Hashable | None, message: Outgoing, address: str | None) -> None:
        """Keep a reply for the same request again; ``key`` is that of its deduplication."""
        if key is None or len(message.payload) > MAX_BYTES:
            return
        if key in self._kept:
            self._bytes -= len(self._kept.pop(key)[0].payload)
        self._kept[key] = message, address
        self._bytes += len(message.payload)
        while len(self._kept) > MAX_KEPT or self._bytes > MAX_BYTES:
            _, (oldest, _) = self._kept.popitem(last=False)
            self._bytes -= len(oldest.payload)

    def repeated(self, key: Hashable) -> None:
        """Send the reply to a request again that was repeated: the requester may not have it."""
        kept = self._kept.get(key)
        if kept is not None:
            self._post(*kept)

    async def _send(self, message: Outgoing, address: str | None) -> None:
        try:
            await self._publisher.send(message, address, keep=False)
        except Exception as error:
            _log_unsent(error)


def _log_unsent(error: BaseException) -> None:
    log.error("an answer could not be published: %s", error)
