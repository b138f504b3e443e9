"""Conversion of MQTT 5 properties to paho's classes and back."""

from __future__ import annotations

from typing import Any, cast

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties as PahoProperties
from topicwright.mqtt.message import EMPTY, Properties
from topicwright.transport.base import ConnectOptions

_USED = frozenset({"ContentType", "ResponseTopic", "CorrelationData", "MessageExpiryInterval", "UserProperty"})


def _build(packet: int, **fields: object) -> PahoProperties:
    properties: PahoProperties = cast(Any, PahoProperties)(packet)
    for name, value in fields.items():
        if value is not None:
            setattr(properties, name, value)
    return properties


def connect_properties(options: ConnectOptions) -> PahoProperties:
    """Return the properties of CONNECT (section 3.1.2.11)."""
    return _build(
        PacketTypes.CONNECT,
        SessionExpiryInterval=options.session_expiry,
        ReceiveMaximum=options.receive_maximum,
        MaximumPacketSize=options.maximum_packet_size,
    )


def will_properties(delay: int) -> PahoProperties:
    """Return the properties of a Last Will (section 3.1.3.2)."""
    return _build(PacketTypes.WILLMESSAGE, WillDelayInterval=delay)


def session_arguments(version: int, options: ConnectOptions) -> dict[str, Any]:
    """Return the arguments of aiomqtt that each protocol version has for its session."""
    if version == 5:
        return {"clean_start": options.clean_start, "properties": connect_properties(options)}
    return {"clean_session": options.clean_start}


def subscribe_properties(identifier: int) -> PahoProperties:
    """Return the properties of SUBSCRIBE (section 3.8.2.1)."""
    return _build(PacketTypes.SUBSCRIBE, SubscriptionIdentifier=identifier)


def publish_properties(properties: Properties) -> PahoProperties:
    """Return the properties of PUBLISH (section 3.3.2.3)."""
    return _build(
        PacketTypes.PUBLISH,
        ContentType=properties.content_type,
        ResponseTopic=properties.response_topic,
        CorrelationData=properties.correlation_data,
        MessageExpiryInterval=properties.expiry,
        UserProperty=list(properties.user) or None,
    )


def received_properties(properties: PahoProperties | None) -> Properties:
    """Return the properties of a received PUBLISH that applications use."""
    if properties is None or not vars(properties).keys() & _USED:
        return EMPTY
    return Properties(
        content_type=getattr(properties, "ContentType", None),
        response_topic=getattr(properties, "ResponseTopic", None),
        correlation_data=getattr(properties, "CorrelationData", None),
        expiry=getattr(properties, "MessageExpiryInterval", None),
        user=tuple(getattr(properties, "UserProperty", ())),
    )


def subscription_identifiers(properties: PahoProperties | None) -> tuple[int, ...]:
    """Return the identifiers of the subscriptions that a PUBLISH was sent for (section 3.3.2.3.8)."""
    return tuple(getattr(properties, "SubscriptionIdentifier", ()))
