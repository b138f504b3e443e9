"""Builds the reply message from a responder's return value."""

from __future__ import annotations

from typing import Any

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Event
from topicwright.catalog.topic import Call, Topic
from topicwright.codec.correlation import correlate
from topicwright.codec.message_writer import Writer, Writers
from topicwright.errors import TopicError
from topicwright.mqtt.message import Outgoing
from topicwright.mqtt.topic_filters import check_topic


class ReplyWriter:
    """Builds the replies of one call."""

    def __init__(self, call: Call[Any, Any, Any, Any], writers: Writers) -> None:
        self._call = call
        self._writers = [(topic.model, writers.of(topic)) for topic in call.replies]

    def message(self, event: Event[Any, Any, Any], reply: object) -> tuple[Outgoing, Writer[Any]]:
        """Return the reply to a request, with its correlation id, and the writer that made it.

        Raises:
            TypeError: ``reply`` is not of a type that the catalog declares.
            TopicError: the request has no response topic.
        """
        writer = next((writer for model, writer in self._writers if isinstance(reply, model)), None)
        if writer is None:
            expected = " or ".join(model.__name__ for model, _ in self._writers)
            kind = self._call.request.event_type
            raise TypeError(f"the reply to {kind} must be {expected}, not {type(reply).__name__}")
        data, message_id = (reply, event.id) if writer.untied else correlate(writer.topic, reply, event.id)
        name = writer.name(None) if writer.fixed else _name(writer.topic, event)
        return writer.message(name, data, message_id, writer.properties(None, message_id)), writer


def _name(topic: Topic[Any, Any, Any], event: Event[Any, Any, Any]) -> str:
    """Return the topic of a reply: the request's response topic, or an address with the request's parameters."""
    if topic.address is None:
        if event.reply is None or event.reply.topic is None:
            raise TopicError(f"a request on {event.topic} has no response topic for its reply", value="")
        return check_topic(event.reply.topic)
    values = {name: getattr(event.params, name) for name in address_of(topic).names}
    return address_of(topic).topic(topic.params(**values))
