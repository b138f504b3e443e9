"""Converts options and messages of the runtime to packets of ``mqtt5``."""

from __future__ import annotations

from contextlib import suppress

import mqtt5
from topicwright.config.credentials import Login
from topicwright.mqtt.message import EMPTY, Outgoing, Properties
from topicwright.transport.base import ConnectOptions

_MAXIMUM_QOS_2 = b"\x24\x02"
_QOS = (mqtt5.QoS.AT_MOST_ONCE, mqtt5.QoS.AT_LEAST_ONCE, mqtt5.QoS.EXACTLY_ONCE)


def connect_packet(login: Login, options: ConnectOptions) -> mqtt5.ConnectPacket:
    """Return the CONNECT packet (section 3.1)."""
    return mqtt5.ConnectPacket(
        options.client_id,
        username=login.username,
        password=None if login.password is None else login.password.encode(),
        clean_start=options.clean_start,
        will=None if options.will is None else _will(options.will, options.will_delay),
        keep_alive=options.keepalive,
        session_expiry_interval=options.session_expiry,
        receive_max=options.receive_maximum,
        max_packet_size=options.maximum_packet_size,
    )


def _will(will: Outgoing, delay: int) -> mqtt5.Will:
    return mqtt5.Will(
        will.topic, payload=will.payload, qos=_QOS[will.qos], retain=will.retain, will_delay_interval=delay
    )


def states_qos_2(connack: bytes) -> bool:
    """Return whether a CONNACK has the property Maximum QoS with the value 2, which is no value of it.

    The codec reads it as if it were absent, so each place that may be it is changed and read again (section 3.2.2.3.4).
    """
    at = connack.find(_MAXIMUM_QOS_2)
    while at >= 0:
        with suppress(ValueError, IndexError):
            packet, _ = mqtt5.read(memoryview(connack[: at + 1] + b"\0" + connack[at + 2 :]))
            if isinstance(packet, mqtt5.ConnAckPacket) and packet.max_qos == mqtt5.QoS.AT_MOST_ONCE:
                return True
        at = connack.find(_MAXIMUM_QOS_2, at + 1)
    return False


def packet_of(message: Outgoing, packet_id: int | None = None, *, duplicate: bool = False) -> mqtt5.PublishPacket:
    """Return the PUBLISH packet of a message."""
    properties, qos = message.properties, message.qos
    if packet_id is not None and not message.retain and not duplicate:  # fast path of publish_packet
        if properties is EMPTY:
            return mqtt5.PublishPacket(message.topic, message.payload, qos=_QOS[qos], packet_id=packet_id)
        if not (properties.user or properties.correlation_data or properties.response_topic or properties.content_type):
            return mqtt5.PublishPacket(
                message.topic,
                message.payload,
                qos=_QOS[qos],
                packet_id=packet_id,
                message_expiry_interval=properties.expiry,
            )
    return publish_packet(message.topic, message.payload, qos, message.retain, properties, packet_id, duplicate)


def publish_packet(
    topic: str,
    payload: bytes,
    qos: int,
    retain: bool,
    properties: Properties,
    packet_id: int | None = None,
    duplicate: bool = False,
) -> mqtt5.PublishPacket:
    """Return a PUBLISH packet (section 3.3)."""
    if properties.user or properties.correlation_data or properties.response_topic or properties.content_type:
        return mqtt5.PublishPacket(
            topic,
            payload,
            qos=_QOS[qos],
            retain=retain,
            packet_id=packet_id,
            duplicate=duplicate,
            message_expiry_interval=properties.expiry,
            content_type=properties.content_type,
            response_topic=properties.response_topic,
            correlation_data=properties.correlation_data,
            user_properties=list(properties.user) or None,
        )
    return mqtt5.PublishPacket(
        topic,
        payload,
        qos=_QOS[qos],
        retain=retain,
        packet_id=packet_id,
        duplicate=duplicate,
        message_expiry_interval=properties.expiry,
    )
