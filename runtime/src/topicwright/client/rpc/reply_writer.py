"""Builds the reply message from what a responder returned, or from its failure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeGuard

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Event, Reply
from topicwright.catalog.topic import Call, Topic
from topicwright.codec.correlation import correlate, data_of_text, ids_of_invalid, text_at
from topicwright.codec.error_reply import error_properties
from topicwright.codec.headers import encode_headers, header_fields
from topicwright.codec.loose_types import class_of, name_of
from topicwright.codec.message_writer import Writer, Writers
from topicwright.errors import ReplyError, TopicError
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.mqtt.topic_filters import check_topic


class ReplyWriter:
    """Builds the replies of one call."""

    def __init__(self, call: Call[Any, Any, Any, Any], writers: Writers) -> None:
        self._call = call
        self._writers = [(class_of(topic.model), writers.of(topic)) for topic in call.replies if topic.error is None]
        self._errors = {topic.error: writers.of(topic) for topic in call.replies if topic.error is not None}
        self.errors: tuple[type[ReplyError[Any]], ...] = tuple(self._errors)
        """The exceptions that are replies of the call."""
        self._fixed = call.reply_to is None and call.reply_to_header is None
        """Whether no request says where its reply goes."""

    def message(self, event: Event[Any, Any, Any], reply: object) -> tuple[Outgoing, Writer[Any]]:
        """Return the reply to a request, with its correlation id, and the writer that made it.

        Raises:
            TypeError: ``reply`` is not of a type that the catalog declares.
            TopicError: the request has no response topic.
            EncodeError: the reply lacks a required header, or its field does not accept the correlation id.
        """
        if _is_whole(reply):
            return self._message(event, reply.data, reply.headers, self._writer_of(reply))
        for model, writer in self._writers:
            if isinstance(reply, model):  # fast path of _writer_of
                return self._message(event, reply, None, writer)
        return self._message(event, reply, None, self._writer_of(Reply(reply)))

    def error(self, event: Event[Any, Any, Any], error: ReplyError[Any]) -> tuple[Outgoing, Writer[Any]]:
        """Return the reply that a responder has raised, one of ``errors``; the errors are those of ``message``."""
        kind = next(kind for kind in self._errors if isinstance(error, kind))
        return self._message(event, error.data, error.headers, self._errors[kind])

    def _message(
        self, event: Event[Any, Any, Any], data: Any, headers: object, writer: Writer[Any]
    ) -> tuple[Outgoing, Writer[Any]]:
        data, message_id = (data, event.id) if writer.untied else correlate(writer.topic, data, event.id, headers)
        properties = writer.properties(headers, message_id)
        asked = event.reply
        if asked is not None and asked.correlation_data not in (None, properties.correlation_data):
            # The responder copies what the requester sent (MQTT 5, section 4.10.1).
            properties = replace(properties, correlation_data=asked.correlation_data)
        return writer.message(self._name(writer, event), data, message_id, properties), writer

    def _writer_of(self, reply: Reply[Any, Any]) -> Writer[Any]:
        """Return the writer of a reply: of the topic that it names, else of the first that takes it."""
        data, headers, named = reply.data, reply.headers, reply.topic
        for model, writer in self._writers:
            if named is not None:
                if writer.topic is named or writer.topic == named:
                    return writer
            elif isinstance(data, model) and (headers is None or isinstance(headers, writer.topic.headers)):
                return writer
        kind = self._call.request.event_type
        expected = " or ".join(dict.fromkeys(name_of(writer.topic.model) for _, writer in self._writers))
        if named is not None:
            raise TypeError(f"{named.event_type!r} is no reply to {kind}")
        if any(isinstance(data, model) for model, _ in self._writers):
            raise TypeError(f"the reply to {kind} with {type(data).__name__} has no headers {type(headers).__name__}")
        raise TypeError(f"the reply to {kind} must be {expected}, not {type(data).__name__}")

    def _name(self, writer: Writer[Any], event: Event[Any, Any, Any]) -> str:
        """Return the topic of a reply: what the request says, or an address with the request's parameters."""
        if not self._fixed and (given := self._given(event)):
            return check_topic(given)
        return writer.name(None) if writer.fixed else _name(writer.topic, event)

    def _given(self, event: Event[Any, Any, Any]) -> str | None:
        """Return the topic that the payload or a header of a request names for its reply."""
        if self._call.reply_to is not None:
            return text_at(event.data, self._call.reply_to)
        return header_fields(self._call.request).text_of(event.headers, self._call.reply_to_header or "")

    # -- failures ------------------------------------------------------------------------------------------------

    def failure(self, event: Event[Any, Any, Any], error: BaseException) -> tuple[Outgoing, Writer[Any]]:
        """Return the message that tells a requester that its responder has failed, and the writer of its topic.

        Raises:
            TopicError: the request has no response topic.
            EncodeError: the reply has required headers, so that no reader of its topic takes it.
        """
        writer, given, data = self._writers[0][1], None, None
        if event.reply is not None:
            given, data = event.reply.topic, event.reply.correlation_data
        # The requester may wait for the replies of another call, such as a stream.
        name = self._name(writer, event) if given is None else check_topic(given)
        return self._failure(name, event.id, data, error), writer

    def failure_of_invalid(self, delivery: Incoming, error: BaseException) -> tuple[Outgoing, Writer[Any]] | None:
        """Return the same for a request that cannot be decoded; None where it does not say whose reply goes where."""
        writer, properties = self._writers[0][1], delivery.properties
        name = properties.response_topic
        if name is None and writer.topic.address is not None and writer.fixed:
            name = writer.name(None)
        id_ = next(filter(None, ids_of_invalid(self._call.request, delivery)), None)
        if name is None or id_ is None:
            return None
        return self._failure(check_topic(name), id_, properties.correlation_data, error), writer

    def _failure(self, name: str, id_: str, data: bytes | None, error: BaseException) -> Outgoing:
        topic = self._writers[0][1].topic
        user = encode_headers(topic, None, id_)
        properties = error_properties(error, data_of_text(id_) if data is None else data, user)
        return Outgoing(name, b"", topic.qos, False, properties)  # never retained: it would clear a retained reply


def _is_whole(reply: object) -> TypeGuard[Reply[Any, Any]]:
    return isinstance(reply, Reply)


def _name(topic: Topic[Any, Any, Any], event: Event[Any, Any, Any]) -> str:
    """Return the topic of a reply: the request's response topic, or an address with the request's parameters."""
    if topic.address is None:
        if event.reply is None or event.reply.topic is None:
            raise TopicError(f"a request on {event.topic} has no response topic for its reply", value="")
        return check_topic(event.reply.topic)
    values = {name: getattr(event.params, name) for name in address_of(topic).names}
    return address_of(topic).topic(topic.params(**values))
