"""The receiving half of a connection: messages, back-pressure, acknowledgements (MQTT 5, sections 4.3 and 4.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import mqtt5
from topicwright.mqtt.message import Incoming, Properties
from topicwright.mqtt.reason_codes import MALFORMED, PROTOCOL_ERROR, TOPIC_ALIAS_INVALID, TOPIC_NAME_INVALID
from topicwright.mqtt.topic_filters import LONGEST_REMEMBERED, deliverable, shown
from topicwright.transport.engine.packet_stream import PacketStream
from topicwright.transport.link.backpressure import LARGE, Backpressure
from topicwright.transport.link.peer_faults import PeerFaults
from typing_extensions import override

MAX_TOPICS: Final = 10_000
"""How many valid topics are remembered."""

_UNKNOWN_ID: Final = mqtt5.PubCompReasonCode.PACKET_ID_NOT_FOUND


class Inbound:
    """Takes the messages of one connection and acknowledges them."""

    def __init__(
        self,
        stream: PacketStream,
        backpressure: Backpressure,
        exactly_once: set[int],
        receive: Callable[[Incoming], None],
        faults: PeerFaults,
    ) -> None:
        """Take the packet ids of QoS 2 messages half received in this session, and what receives the messages."""
        self._faults = faults
        self._exactly_once = exactly_once
        self._at_work: set[int] = set()
        """The packet ids of QoS 2 messages of this connection that handlers have: one is no second message."""
        self._receive = receive
        self._topics: set[str] = set()
        self.stream = stream
        self.backpressure = backpressure
        stream.unanswered = lambda: backpressure.unacknowledged

    def on_publish(self, packet: mqtt5.PublishPacket) -> None:
        """Take a message (section 3.3)."""
        # One function: a call for the QoS half or for the properties would cost 4 to 10 % of it for each message.
        topic, packet_id, identifiers = packet.topic, packet.packet_id, packet.subscription_ids
        is_topic = topic in self._topics or self._is_topic(topic)
        if not is_topic and not self._takes_all_the_same(topic):
            return
        message = InboundMessage(self, topic, packet.payload)
        if not is_topic:
            message.forbidden = True
        if (packet.topic_alias is not None or packet.payload_format_indicator > 1) and self._excluded(packet):
            return
        if packet_id:
            message.packet_id, message.qos = packet_id, int(packet.qos)
            if message.qos == 2:
                if packet_id in self._exactly_once:
                    self.stream.send(mqtt5.PubRecPacket(packet_id).write())
                    return
                if packet_id in self._at_work:
                    return
                self._at_work.add(packet_id)
            if packet.duplicate:
                message.duplicate = True
            backpressure = self.backpressure
            backpressure.unacknowledged += 1  # fast path of Backpressure.arrived
            if backpressure.unacknowledged >= backpressure.limit:
                backpressure.pause()
            if len(message.payload) > LARGE:
                backpressure.arrived_large(len(message.payload))
        elif packet_id is not None:
            self.stream.violated("sent a PUBLISH with packet id 0", PROTOCOL_ERROR)  # section 2.2.1
            return
        if identifiers:
            message.subscriptions = tuple(identifiers)
        if packet.retain:
            message.retain = True
        content_type, response_topic = packet.content_type, packet.response_topic
        data, expiry, user = packet.correlation_data, packet.message_expiry_interval, packet.user_properties
        if user or not (content_type is None and response_topic is None and data is None and expiry is None):
            if response_topic is not None and not deliverable(response_topic):
                if not self._faults.forgive():
                    self.stream.violated(f"sent a response topic that is none, {shown(response_topic)}", PROTOCOL_ERROR)
                    return
                response_topic = None
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
            return False
        if len(topic) <= LONGEST_REMEMBERED:
            if len(self._topics) >= MAX_TOPICS:
                self._topics.clear()
            self._topics.add(topic)
        return True

    def _takes_all_the_same(self, topic: str) -> bool:
        if self._faults.forgive():
            return True
        reason = MALFORMED if "\0" in topic else TOPIC_NAME_INVALID
        self.stream.violated(f"sent a message on {shown(topic)}, which is no topic", reason)
        return False

    def _excluded(self, packet: mqtt5.PublishPacket) -> bool:
        if self._faults.forgive():
            return False
        if packet.topic_alias is not None:  # CONNECT grants none (section 3.3.2.3.4)
            self.stream.violated("sent a topic alias, which was not granted", TOPIC_ALIAS_INVALID)
        else:
            self.stream.violated("sent a payload format that is neither 0 nor 1", PROTOCOL_ERROR)
        return True

    def complete(self, packet_id: int) -> None:
        """Answer the first half of a QoS 2 exchange.

        It is sent after the handler, so that the message is redelivered if the process is killed (section 4.3.3).
        """
        self._at_work.discard(packet_id)
        self._exactly_once.add(packet_id)
        self.stream.send(mqtt5.PubRecPacket(packet_id).write())

    def on_pubrel(self, packet: mqtt5.PubRelPacket) -> None:
        """Answer the second half of a QoS 2 exchange."""
        packet_id = packet.packet_id
        if packet_id in self._exactly_once:
            self._exactly_once.remove(packet_id)
            self.stream.send(mqtt5.PubCompPacket(packet_id).write())
        else:  # section 3.7.2.1
            self.stream.send(mqtt5.PubCompPacket(packet_id, reason_code=_UNKNOWN_ID).write())


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

    @override
    def discard(self) -> None:
        """See ``Incoming``."""
        self._inbound.backpressure.acknowledged(len(self.payload))
