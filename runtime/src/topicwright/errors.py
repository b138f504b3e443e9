"""The exceptions of the runtime: one root, fields on each, and messages that state what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from typing_extensions import override

LONGEST_TOPIC: Final = 200
"""At most this many characters of a topic are in the text of an error about its message."""
T = TypeVar("T")
UNSPECIFIED: Final = 0x80
"""The reason code "unspecified error"."""

# fmt: off
REASONS: Final[dict[int, str]] = {
    0x04: "disconnect with will message", 0x10: "no matching subscribers", 0x11: "no subscription existed",
    0x80: "unspecified error", 0x81: "malformed packet", 0x82: "protocol error",
    0x83: "implementation specific error", 0x84: "unsupported protocol version", 0x85: "client identifier not valid",
    0x86: "bad user name or password", 0x87: "not authorized", 0x88: "server unavailable", 0x89: "server busy",
    0x8A: "banned", 0x8B: "server shutting down", 0x8C: "bad authentication method", 0x8D: "keep alive timeout",
    0x8E: "session taken over", 0x8F: "topic filter invalid", 0x90: "topic name invalid",
    0x91: "packet identifier in use", 0x92: "packet identifier not found", 0x93: "receive maximum exceeded",
    0x94: "topic alias invalid", 0x95: "packet too large", 0x96: "message rate too high", 0x97: "quota exceeded",
    0x98: "administrative action", 0x99: "payload format invalid", 0x9A: "retain not supported",
    0x9B: "QoS not supported", 0x9C: "use another server", 0x9D: "server moved",
    0x9E: "shared subscriptions not supported", 0x9F: "connection rate exceeded", 0xA0: "maximum connect time",
    0xA1: "subscription identifiers not supported", 0xA2: "wildcard subscriptions not supported",
}
# fmt: on
"""The names of the reason codes (MQTT 5, section 2.4)."""


def reason_name(code: int) -> str:
    """Return the text of a reason code: ``0x87 not authorized``."""
    return f"0x{code:02X} {REASONS.get(code, 'unknown reason')}"


class TopicwrightError(Exception):
    """Root of the exceptions of this package."""


class ConfigurationError(TopicwrightError, ValueError):
    """Settings are missing or invalid; ``problems`` has a sentence for each problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems

    @override
    def __str__(self) -> str:
        return "; ".join(self.problems)


class MissingSettingError(ConfigurationError, KeyError):
    """Required settings are absent; ``names`` has their environment variables."""

    def __init__(self, names: list[str], problems: list[str]) -> None:
        super().__init__(problems)
        self.names = names


class NotConnectedError(TopicwrightError, RuntimeError):
    """The client was used before ``connect()`` or after ``shutdown()``."""


class WrongLoopError(TopicwrightError, RuntimeError):
    """The client was used in another thread or event loop than that of ``connect()``."""


class ConnectError(TopicwrightError, ConnectionError):
    """The connection could not be made, or ended permanently."""

    def __init__(self, message: str, *, reason: int | None = None, http_status: int | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        """The reason code of CONNACK or DISCONNECT, or None if the broker sent none."""
        self.http_status = http_status
        """The HTTP status with which a WebSocket handshake was refused; None elsewhere."""


class BrokerUnavailableError(ConnectError):
    """No broker answered, or the broker is not ready: a retry may succeed."""


class ConnectExcludedError(ConnectError):
    """The broker refuses this CONNECT each time: its Last Will, its size, or for a reason that it does not give."""


class OtherServerError(ConnectError):
    """The broker sends its clients to another server (reason codes 0x9C and 0x9D; MQTT 5, section 4.11)."""

    def __init__(self, message: str, *, reason: int, references: tuple[str, ...]) -> None:
        super().__init__(message, reason=reason)
        self.references = references
        """The servers that it names, as ``host`` or ``host:port``; often empty."""


class AuthenticationError(ConnectError):
    """The broker refused the login (reason code 0x86, 0x87, 0x8A or 0x8C): a retry cannot succeed."""


class CredentialsError(ConnectError):
    """The callback for the login failed, or took longer than ``connect_timeout``; its error is the cause."""


class TLSError(ConnectError):
    """The TLS handshake failed: wrong certificate authority or host name, or not a TLS port."""

    def __init__(self, message: str, *, interrupted: bool = False) -> None:
        super().__init__(message)
        self.interrupted = interrupted
        """Whether the connection only ended, as it does at a port without TLS and at a broker that restarts."""


class SessionTakenOverError(ConnectError):
    """Another client connected with the same client id (reason code 0x8E)."""


class ConnectionLostError(BrokerUnavailableError):
    """The connection ended; the session reconnects."""

    def __init__(self, message: str, *, reason: int | None = None, by_client: bool = False) -> None:
        super().__init__(message, reason=reason)
        self.by_client = by_client
        """Whether the client itself ended it, because the broker did not answer."""


class BrokerProtocolError(ConnectionLostError):
    """The broker broke a rule of MQTT 5, so the connection was ended; ``reason`` is what DISCONNECT told it."""


class PublishError(TopicwrightError):
    """A message could not be published to ``topic``."""

    def __init__(self, message: str, *, topic: str) -> None:
        super().__init__(message)
        self.topic = topic


class PublishRejectedError(PublishError):
    """The broker answered a publish with a negative reason code."""

    def __init__(self, topic: str, reason: int, message: str | None = None) -> None:
        super().__init__(message or f"the broker rejected a message on {topic!r}: {reason_name(reason)}", topic=topic)
        self.reason = reason


class PublishEndsConnectionError(PublishRejectedError):
    """The broker ends the connection each time it gets this message, so it is not sent again.

    ``reason`` is the code of its DISCONNECT packet, or 0x80 (unspecified error) where it sent none.
    """

    def __init__(self, topic: str, connections: int, reason: int | None) -> None:
        why = "without a reason" if reason is None else reason_name(reason)
        text = f"the broker ended {connections} connection(s) behind a message on {topic!r} ({why}): it is given up"
        super().__init__(topic, UNSPECIFIED if reason is None else reason, text)
        self.connections = connections
        """How many connections ended."""


class PublishNotSupportedError(PublishRejectedError):
    """The broker excluded such a message in CONNACK, so it was not sent; ``limit`` names the property."""

    def __init__(self, topic: str, reason: int, *, limit: str, what: str) -> None:
        super().__init__(topic, reason)
        self.limit = limit
        """The property of CONNACK, such as ``Maximum QoS``."""
        self.args = (f"a message on {topic!r} {what}, which the broker excludes ({limit}): it was not sent",)


class PublishTimeoutError(PublishError, TimeoutError):
    """The publish was not acknowledged in time; if ``sent`` is true the message may still have been delivered."""

    def __init__(self, topic: str, seconds: float, *, sent: bool) -> None:
        state = "was sent but not acknowledged" if sent else "could not be sent: the client is reconnecting"
        super().__init__(f"a message on {topic!r} {state} within {seconds:g} s", topic=topic)
        self.sent = sent


class PublishKeptError(PublishError):
    """The client ended before the acknowledgement. The outbox's file has the message: do not publish it again."""

    def __init__(self, topic: str, reason: Exception) -> None:
        text = (
            f"a message on {topic!r} stays in the outbox and is sent by the next client that uses the file ({reason})"
        )
        super().__init__(text, topic=topic)
        self.reason = reason
        """The reason for the client's end."""


class OutboxError(TopicwrightError, OSError):
    """The outbox's file at ``path`` cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"the outbox {path} cannot be used: {problem}")
        self.path = path


class TransactionError(TopicwrightError, RuntimeError):
    """``transaction()`` was called outside a handler, or without a file."""


class PayloadTooLargeError(PublishError):
    """The packet is larger than the broker accepts (its Maximum Packet Size)."""

    def __init__(self, topic: str, size: int, limit: int) -> None:
        super().__init__(f"a message of {size} bytes on {topic!r} exceeds the broker's limit of {limit}", topic=topic)
        self.size = size
        self.limit = limit


class NeedsMqtt5Error(PublishError):
    """The message needs MQTT 5, and the broker supports only MQTT 3.1.1."""

    def __init__(self, topic: str, what: str) -> None:
        super().__init__(f"a message on {topic!r} has {what}: the broker speaks MQTT 3.1.1 only", topic=topic)


class SubscribeRejectedError(TopicwrightError):
    """The broker refused a subscription."""

    def __init__(self, topic_filter: str, reason: int) -> None:
        super().__init__(f"the broker refused the subscription to {topic_filter!r}: {reason_name(reason)}")
        self.topic_filter = topic_filter
        self.reason = reason


class SubscribeNotSupportedError(SubscribeRejectedError):
    """The broker excluded such a subscription in CONNACK, so it was not asked for; ``limit`` names the property."""

    def __init__(self, topic_filter: str, reason: int, *, limit: str, what: str) -> None:
        super().__init__(topic_filter, reason)
        self.limit = limit
        """The property of CONNACK, such as ``Wildcard Subscription Available``."""
        self.args = (f"the subscription to {topic_filter!r} {what}, which the broker excludes ({limit})",)


class SubscribeEndsConnectionError(SubscribeRejectedError):
    """The broker ends the connection each time it gets this filter.

    ``reason`` is the code of its DISCONNECT packet, or 0x80 (unspecified error) where it sent none.
    """

    def __init__(self, topic_filter: str, connections: int, reason: int | None) -> None:
        super().__init__(topic_filter, UNSPECIFIED if reason is None else reason)
        why = "without a reason" if reason is None else reason_name(reason)
        self.args = (f"the broker ended {connections} connection(s) behind a subscription to {topic_filter!r} ({why})",)
        self.connections = connections
        """How many connections ended."""


class UnsubscribeRejectedError(TopicwrightError):
    """The broker refused to end a subscription; it is asked again on the next connection."""

    def __init__(self, topic_filter: str, reason: int) -> None:
        super().__init__(f"the broker did not end the subscription to {topic_filter!r}: {reason_name(reason)}")
        self.topic_filter = topic_filter
        self.reason = reason


class TopicError(TopicwrightError, ValueError):
    """A topic name, topic filter or parameter value breaks the rules of MQTT 5, section 4.7."""

    def __init__(self, message: str, *, value: str) -> None:
        super().__init__(message)
        self.value = value


class DescriptorError(TopicwrightError, ValueError):
    """A ``Topic`` or ``Call`` is one that no message can have."""


class DecodeError(TopicwrightError, ValueError):
    """A received payload does not match the catalog; ``problems`` has locations and reasons, without values."""

    def __init__(self, topic: str, event_type: str, problems: list[str]) -> None:
        shown = topic if len(topic) <= LONGEST_TOPIC else f"{topic[:LONGEST_TOPIC]}..."
        super().__init__(f"invalid {event_type or 'message'} on {shown!r}: {'; '.join(problems)}")
        self.topic = topic
        self.event_type = event_type
        self.problems = problems


class EncodeError(TopicwrightError, ValueError):
    """Data cannot be written as the JSON that the catalog defines."""


class RequestTimeoutError(TopicwrightError, TimeoutError):
    """No reply to a request arrived in time."""

    def __init__(self, topic: str, correlation_id: str, seconds: float) -> None:
        super().__init__(f"no reply to {topic!r} (correlation id {correlation_id}) within {seconds:g} s")
        self.topic = topic
        self.correlation_id = correlation_id
        self.seconds = seconds


class NobodyListensError(TopicwrightError):
    """Nobody subscribes to the topic of a request: the broker said so (reason code 0x10, MQTT 5, section 3.4.2.1)."""

    def __init__(self, topic: str, correlation_id: str) -> None:
        super().__init__(f"nobody has subscribed to {topic!r}, so no reply will come (correlation id {correlation_id})")
        self.topic = topic
        self.correlation_id = correlation_id


class ReplyError(TopicwrightError, Generic[T]):
    """A reply that the catalog declares as an error (``x-error``): a responder raises it, and its requester gets it.

    Each such message has a class of its own in the generated package.
    """

    def __init__(self, data: T, headers: object = None) -> None:
        super().__init__(f"{type(self).__name__}: {data}")
        self.data = data
        """The payload of the reply."""
        self.headers = headers
        """Its headers; None where they need no value."""


class RemoteError(TopicwrightError):
    """The responder failed on a request, and said so instead of a reply."""

    def __init__(self, topic: str, error_type: str, error: str) -> None:
        super().__init__(f"the responder of {topic!r} failed: {error_type}: {error}")
        self.topic = topic
        """The topic of the request."""
        self.error_type = error_type
        """The name of the responder's exception."""
        self.error = error
        """Its text."""


@dataclass(frozen=True, slots=True)
class InvalidMessage:
    """A received message that could not be decoded; the argument of ``on_invalid``."""

    topic: str
    payload: bytes
    error: DecodeError
