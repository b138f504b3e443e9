"""Typed MQTT: the hand-written half of every SDK that topicwright generates."""

from topicwright.catalog.event import Cleared, Event, Handler, OnCleared, Reply, ReplyTo, Responder, StreamResponder
from topicwright.catalog.factories import new_id, now
from topicwright.catalog.json_schema import JsonSchema, JsonSchemas
from topicwright.catalog.lazy_exports import declared, lazy_exports, topics_of
from topicwright.catalog.model import Extras, Model, Nullable, Omittable, RootModel, Stated
from topicwright.catalog.topic import ANY, AnyValue, Call, NoHeaders, NoParams, Topic
from topicwright.catalog.values.lenient import Lenient
from topicwright.client.connection.health import LastWill
from topicwright.client.handlers import RawHandler
from topicwright.client.mqtt_client import MQTTClient
from topicwright.client.registrations import Subscription
from topicwright.codec.envelope import Envelope
from topicwright.config.credentials import Login
from topicwright.config.settings import Settings
from topicwright.dispatch.handlers.on_error import OnError, dead_letter, ignore, retry
from topicwright.errors import (
    AuthenticationError,
    BrokerProtocolError,
    BrokerUnavailableError,
    ConfigurationError,
    ConnectError,
    ConnectExcludedError,
    ConnectionLostError,
    CredentialsError,
    DecodeError,
    DescriptorError,
    EncodeError,
    InvalidMessage,
    MissingSettingError,
    NeedsMqtt5Error,
    NobodyListensError,
    NotConnectedError,
    OtherServerError,
    OutboxError,
    PayloadTooLargeError,
    PublishEndsConnectionError,
    PublishError,
    PublishKeptError,
    PublishNotSupportedError,
    PublishRejectedError,
    PublishTimeoutError,
    RemoteError,
    ReplyError,
    RequestTimeoutError,
    SessionTakenOverError,
    SubscribeEndsConnectionError,
    SubscribeNotSupportedError,
    SubscribeRejectedError,
    TLSError,
    TopicError,
    TopicwrightError,
    TransactionError,
    UnsubscribeRejectedError,
    WrongLoopError,
)
from topicwright.mqtt.message import Properties, RawMessage
from topicwright.telemetry.observer import Observer, Received, Sent
from topicwright.telemetry.one_line import install
from topicwright.telemetry.stats import FilterStats, Stats, Timing, TopicStats
from typing_extensions import deprecated

install()

__version__ = "0.1.0"
SERIES = (0, 1)
"""Major and minor version: each generated package compares it with those that it was made for."""

__all__ = [
    "ANY",
    "AnyValue",
    "AuthenticationError",
    "BrokerProtocolError",
    "BrokerUnavailableError",
    "Call",
    "Cleared",
    "ConfigurationError",
    "ConnectError",
    "ConnectExcludedError",
    "ConnectionLostError",
    "CredentialsError",
    "DecodeError",
    "DescriptorError",
    "EncodeError",
    "Envelope",
    "Event",
    "Extras",
    "FilterStats",
    "Handler",
    "InvalidMessage",
    "JsonSchema",
    "JsonSchemas",
    "LastWill",
    "Lenient",
    "Login",
    "MQTTClient",
    "MissingSettingError",
    "Model",
    "NeedsMqtt5Error",
    "NoHeaders",
    "NoParams",
    "NobodyListensError",
    "NotConnectedError",
    "Nullable",
    "Observer",
    "Omittable",
    "OnCleared",
    "OnError",
    "OtherServerError",
    "OutboxError",
    "PayloadTooLargeError",
    "Properties",
    "PublishEndsConnectionError",
    "PublishError",
    "PublishKeptError",
    "PublishNotSupportedError",
    "PublishRejectedError",
    "PublishTimeoutError",
    "RawHandler",
    "RawMessage",
    "Received",
    "RemoteError",
    "Reply",
    "ReplyError",
    "ReplyTo",
    "RequestTimeoutError",
    "Responder",
    "RootModel",
    "Sent",
    "SessionTakenOverError",
    "Settings",
    "Stated",
    "Stats",
    "StreamResponder",
    "SubscribeEndsConnectionError",
    "SubscribeNotSupportedError",
    "SubscribeRejectedError",
    "Subscription",
    "TLSError",
    "Timing",
    "Topic",
    "TopicError",
    "TopicStats",
    "TopicwrightError",
    "TransactionError",
    "UnsubscribeRejectedError",
    "WrongLoopError",
    "dead_letter",
    "declared",
    "deprecated",
    "ignore",
    "lazy_exports",
    "new_id",
    "now",
    "retry",
    "topics_of",
]
