"""Typed MQTT: the hand-written half of every SDK that topicwright generates."""

from typing_extensions import deprecated

from .assertions import CheckedModel, JsonSchema
from .client import MQTTClient, RawHandler
from .config import Settings
from .envelope import Envelope
from .errors import (
    AuthenticationError,
    BrokerUnavailableError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    DecodeError,
    EncodeError,
    InvalidMessage,
    MissingSettingError,
    NeedsMqtt5Error,
    NotConnectedError,
    OutboxError,
    PayloadTooLargeError,
    PublishError,
    PublishKeptError,
    PublishRejectedError,
    PublishTimeoutError,
    RequestTimeoutError,
    SessionTakenOverError,
    SubscribeRejectedError,
    TLSError,
    TopicError,
    TopicwrightError,
    TransactionError,
    WrongLoopError,
)
from .health import LastWill
from .lazy import lazy_exports, topics_of
from .model import Extras, Model, Omittable, RootModel, new_id, now
from .observer import Observer, Received, Sent
from .policy import OnError, dead_letter, ignore, retry
from .stats import FilterStats, Stats, Timing, TopicStats
from .subscribing import Subscription
from .topic import ANY, AnyValue, Call, Event, Handler, NoHeaders, NoParams, ReplyTo, Responder, Topic

__all__ = [
    "ANY",
    "AnyValue",
    "AuthenticationError",
    "BrokerUnavailableError",
    "Call",
    "CheckedModel",
    "ConfigurationError",
    "ConnectError",
    "ConnectionLostError",
    "DecodeError",
    "EncodeError",
    "Envelope",
    "Event",
    "Extras",
    "FilterStats",
    "Handler",
    "InvalidMessage",
    "JsonSchema",
    "LastWill",
    "MQTTClient",
    "MissingSettingError",
    "Model",
    "NeedsMqtt5Error",
    "NoHeaders",
    "NoParams",
    "NotConnectedError",
    "Observer",
    "Omittable",
    "OnError",
    "OutboxError",
    "PayloadTooLargeError",
    "PublishError",
    "PublishKeptError",
    "PublishRejectedError",
    "PublishTimeoutError",
    "RawHandler",
    "Received",
    "ReplyTo",
    "RequestTimeoutError",
    "Responder",
    "RootModel",
    "Sent",
    "SessionTakenOverError",
    "Settings",
    "Stats",
    "SubscribeRejectedError",
    "Subscription",
    "TLSError",
    "Timing",
    "Topic",
    "TopicError",
    "TopicStats",
    "TopicwrightError",
    "TransactionError",
    "WrongLoopError",
    "dead_letter",
    "deprecated",
    "ignore",
    "lazy_exports",
    "new_id",
    "now",
    "retry",
    "topics_of",
]
