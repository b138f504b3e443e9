"""The receiving half of a connection: messages, back-pressure, acknowledgements (MQTT 5, sections 4.3 and 4.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import mqtt5
from topicwright.errors import ConnectionLostError
from topicwright.mqtt.message import Incoming, Properties
from topicwright.mqtt.reason_codes import MALFORMED
from topicwright.mqtt.topic_filters import LONGEST_REMEMBERED, deliverable
from topicwright.transport.engine.packet_stream import PacketStream
from topicwright.transport.link.backpressure import LARGE, Backpressure
from typing_extensions import override

MAX_TOPICS: Final = 10_000
"""How many valid topics are remembered."""


class Inbound:
    """Takes the messages of one connection and acknowledges them."""

    def __init__(
        self,
        broker: str,
        stream: PacketStream,
        backpressure: Backpressure,
        exactly_once: set[int],
        receive: Callable[[Incoming], None],
    ) -> None:
        """Take the packet ids of QoS 2 messages half received in this session, and what receives the messages."""
        self._broker = broker
        self._exactly_once = exactly_once
        self._receive = receive
        self._topics: set[str] = set()
        self.stream = stream
        self.backpressure = backpressure
        stream.unanswered = lambda: backpressure.unacknowledged

    def on_publish(self, packet: mqtt5.PublishPacket) -> None:
        """Take a message (section 3.3)."""
        # One function: a call for the QoS half or for the properties would cost 4 to 10 % of it for each message.
        topic, packet_id, identifiers = packet.topic, packet.packet_id, packet.subscription_ids
        if topic not in self._topics and not self._is_topic(topic):
            return
        message = InboundMessage(self, topic, packet.payload)
        if packet_id is not None:
            message.packet_id, message.qos = packet_id, int(packet.qos)
            if message.qos == 2 and packet_id in self._exactly_once:
                self.stream.send(mqtt5.PubRecPacket(packet_id).write())
                return
            if packet.duplicate:
                message.duplicate = True
            backpressure = self.backpressure
            backpressure.unacknowledged += 1  # fast path of Backpressure.arrived
            if backpressure.unacknowledged >= backpressure.limit:
                backpressure.pause()
            if len(message.payload) > LARGE:
                backpressure.arrived_large(len(message.payload))
        if identifiers:
            message.subscriptions = tuple(identifiers)
        if packet.retain:
            message.retain = True
        content_type, response_topic = packet.content_type, packet.response_topic
        data, expiry, user = packet.correlation_data, packet.message_expiry_interval, packet.user_properties
        if user or not (content_type is None and response_topic is None and data is None and expiry is None):
            message.properties = Properties(
                content_type=content_type,
                response_topic=response_topic,
                correlation_data=data,
                expiry=expiry,
                user=tuple(user),
            )
        self.stream.woke_sender = True
        self._receive(message)

    def _is_topic(self, topic: str) -> bool:
        if not deliverable(topic):
            error = ConnectionLostError(f"{self._broker} sent a message on {topic!r}", reason=MALFORMED)
            self.stream.fail(error)
            return False
        if len(topic) <= LONGEST_REMEMBERED:
            if len(self._topics) >= MAX_TOPICS:
                self._topics.clear()
            self._topics.add(topic)
        return True

    def complete(self, packet_id: int) -> None:
        """Answer the first half of a QoS 2 exchange.

        It is sent after the handler, so that the message is redelivered if the process is killed (section 4.3.3).
        """
        self._exactly_once.add(packet_id)
        self.stream.send(mqtt5.PubRecPacket(packet_id).write())

    def on_pubrel(self, packet: mqtt5.PubRelPacket) -> None:
        """Answer the second half of a QoS 2 exchange."""
        self._exactly_once.discard(packet.packet_id)
        self.stream.send(mqtt5.PubCompPacket(packet.packet_id).write())


class InboundMessage(Incoming):
    """A message that is acknowledged over the connection it was received on."""

    def __init__(self, inbound: Inbound, topic: str, payload: bytes) -> None:
        self.topic = topic  # fast path of Incoming.__init__
        self.payload = payload
        self._inbound = inbound

    @override
    def acknowledge(self) -> bool:
        """See ``Incoming``."""
        inbound = self._inbound
        stream = inbound.stream
        if stream.closed.done():
            return False
        if self.qos == 1:
            stream.acknowledged.append(self.packet_id)
            if not stream.scheduled:
                stream.schedule()
        elif self.qos == 2:
            inbound.complete(self.packet_id)
        backpressure = inbound.backpressure
        backpressure.unacknowledged -= self.qos > 0  # fast path of Backpressure.acknowledged
        if len(self.payload) > LARGE and self.qos > 0:
            backpressure.bytes -= len(self.payload)
        if backpressure.paused:
            backpressure.resume()
        return True
