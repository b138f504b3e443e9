"""The settings of a client, and their validation."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, TypedDict

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from topicwright.config.broker_url import MEMORY_SCHEME, BrokerURL
from topicwright.errors import TopicError
from topicwright.mqtt.topic_filters import check_topic

FLAGS: Final[dict[str, bool]] = {
    "true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False,
}  # fmt: skip
_TLS: Final = ("tls_ca", "tls_cert", "tls_key", "tls_key_password_file", "tls_alpn", "tls_insecure")


def _url(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return BrokerURL.parse(value) if isinstance(value, str) else value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value.strip().lower() not in FLAGS:
            raise ValueError("must be true or false (also 1/0, yes/no, on/off)")
        return FLAGS[value.strip().lower()]
    return value


def _level(value: str) -> str:
    """Check a client id: it is a level of the client's health and heartbeat topics."""
    try:
        check_topic(value)
    except TopicError as error:
        raise ValueError(str(error)) from None
    if "/" in value:
        raise ValueError("must not contain '/': it is a level of the health topic")
    return value


def _listed(value: object) -> object:
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def _protocol(name: str) -> str:
    """Check an ALPN protocol name (RFC 7301, section 3.1)."""
    if not (name.isascii() and 0 < len(name) < 256):
        raise ValueError("each protocol is 1 to 255 ASCII characters")
    return name


def _outbox(value: str) -> str:
    if value != "memory" and not value.removeprefix("sqlite:///"):
        raise ValueError("sqlite:/// needs a path behind it")
    if value != "memory" and not value.startswith("sqlite:///"):
        raise ValueError("must be memory or sqlite:///path")
    return value


Flag = Annotated[bool, BeforeValidator(_flag)]


class Settings(BaseModel):
    """The settings of a client. Times are in seconds, sizes in bytes.

    Each field is a keyword of the client and, as ``MQTT_`` plus its name in capitals, an environment variable
    (``mqtt_url`` is ``MQTT_URL``).
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    mqtt_url: Annotated[BrokerURL, BeforeValidator(_url), PlainSerializer(str)]
    """The URL of the broker: ``mqtt://[user:pass@]host[:port]``, also ``mqtts``, ``ws``, ``wss``."""
    client_id: Annotated[str, Field(min_length=1), AfterValidator(_level)]
    """The client identifier; the broker keeps the session under it."""
    source_name: Annotated[str, Field(min_length=1)] | None = None
    """The value of ``envelope.source``; by default the client id."""
    keepalive: Annotated[int, Field(ge=1, le=3600)] = 60
    enable_health: Flag = False
    """Publish ``system/health/{client_id}`` and leave a Last Will there."""
    enable_heartbeat: Flag = False
    """Publish ``system/keepalive/{client_id}`` every ``heartbeat_interval``."""
    heartbeat_interval: Annotated[float, Field(ge=1)] = 30.0
    dedupe_ttl: Annotated[float, Field(ge=0)] = 0.0
    """How long an id is remembered; 0 disables deduplication."""
    dedupe_max_entries: Annotated[int, Field(ge=0)] = 10000
    dedupe_store: str | None = None
    """An SQLite file for the ids, which makes them persistent."""
    reconnect_min_delay: Annotated[float, Field(ge=0.1)] = 0.5
    reconnect_max_delay: Annotated[float, Field(validate_default=True)] = 5.0
    session_expiry: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 3600
    """How long the broker keeps the session after a disconnect; 0 for a clean start each time."""
    connect_timeout: Annotated[float, Field(gt=0)] = 10.0
    follow_server_reference: Flag = False
    """Connect to the server that the broker names in its place (0x9C and 0x9D; MQTT 5, section 4.11)."""
    filters_per_subscribe: Annotated[int, Field(ge=1, le=1000)] = 100
    """How many topic filters one SUBSCRIBE has at most, where the broker knows no subscription identifiers."""
    must_be_subscribed: Flag = False
    """Let ``run_forever`` raise ``SubscribeRejectedError`` where the broker refuses a subscription at a reconnect."""
    publish_timeout: Annotated[float, Field(gt=0)] = 30.0
    shutdown_timeout: Annotated[float, Field(ge=0)] = 10.0
    """How long running handlers may take to finish."""
    claim_timeout: Annotated[float, Field(ge=0)] = 60.0
    """How long a message of a resumed session waits for its handler to be registered."""
    receive_maximum: Annotated[int, Field(ge=1, le=65535)] = 1000
    """How many QoS 1 and 2 messages may be unacknowledged at once (MQTT 5, section 3.1.2.11.3)."""
    queue_size: Annotated[int, Field(ge=1)] = 1000
    """At most this many QoS 0 messages wait for one handler; then the oldest is dropped and counted."""
    outbox: Annotated[str, AfterValidator(_outbox)] = "memory"
    """Where QoS 1 and 2 publishes wait for their acknowledgement: ``memory``, or ``sqlite:///path``, which keeps them
    and the replay window if the process dies. The path is relative; with four slashes it is absolute."""
    outbox_size: Annotated[int, Field(ge=1)] = 10000
    """At most this many publishes wait for an acknowledgement; further calls of ``publish`` block."""
    replay_window: Annotated[int, Field(ge=0)] = 0
    """How many acknowledged QoS 1 and 2 messages are published again after a reconnect; 0 disables it."""
    must_be_heard: Flag = False
    """Publish a message again, until ``publish_timeout``, if the broker had no subscriber for it (PUBACK 0x10)."""
    answer_errors: Flag = True
    """Whether a requester hears of a responder's exception: its name and text are sent in place of the reply."""
    max_payload: Annotated[int, Field(ge=1, le=268435455)] = 16777216
    """Larger payloads are refused before they are parsed."""
    dead_letter_topic: Annotated[str, AfterValidator(check_topic)] | None = None
    """The topic that invalid messages are published on, unchanged."""
    username: Annotated[str, Field(min_length=1)] | None = None
    """The user name, if the URL has none."""
    password_file: str | None = None
    """File with the password; read at each attempt to connect, so that it may change."""
    tls_ca: str | None = None
    """File with the certificate authorities to trust; by default those of the system."""
    tls_cert: str | None = None
    """File with the client's certificate and its chain."""
    tls_key: str | None = None
    """File with its private key, if ``tls_cert`` does not contain it."""
    tls_key_password_file: str | None = None
    """File with the password of an encrypted private key."""
    tls_alpn: Annotated[tuple[Annotated[str, AfterValidator(_protocol)], ...], BeforeValidator(_listed)] = ()
    """The protocols to offer with ALPN (RFC 7301), for brokers that share a port with other protocols."""
    tls_insecure: Flag = False
    """Accept any certificate, for tests only; each connection logs a warning."""
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    """The MQTT version: ``auto`` is 5, or 3.1.1 with a broker that refuses version 5."""
    transport: Literal["auto", "engine", "library"] = "auto"
    """The MQTT implementation: this package's engine (``auto`` for mqtt and mqtts), or the library aiomqtt."""

    @property
    def source(self) -> str:
        """The value of ``envelope.source``."""
        return self.source_name or self.client_id

    @field_validator("reconnect_max_delay")
    @classmethod
    def _not_below_minimum(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("reconnect_min_delay", value):
            raise ValueError("must not be below reconnect_min_delay")
        return value

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        url = self.mqtt_url
        if url.username and self.username:
            raise ValueError("MQTT_USERNAME and the URL both have a user name: remove one")
        if url.password and self.password_file:
            raise ValueError("MQTT_PASSWORD_FILE and the URL both have a password: remove one")
        if (url.password or self.password_file) and not (url.username or self.username):
            raise ValueError("a password needs a user name: MQTT_USERNAME, or in the URL")
        return self

    @model_validator(mode="after")
    def _check_tls(self) -> Self:
        names_of_tls = [name for name in _TLS if getattr(self, name)]
        if names_of_tls and not self.mqtt_url.tls and self.mqtt_url.scheme != MEMORY_SCHEME:
            names = ", ".join(map(env_name, names_of_tls))
            raise ValueError(f"{names} without TLS: the URL must start with mqtts:// or wss://")
        if (self.tls_key or self.tls_key_password_file) and not self.tls_cert:
            raise ValueError("MQTT_TLS_KEY needs MQTT_TLS_CERT")
        return self


class Options(TypedDict, total=False):
    """The optional settings as keyword arguments; see ``Settings``."""

    source_name: str | None
    keepalive: int
    enable_health: bool
    enable_heartbeat: bool
    heartbeat_interval: float
    dedupe_ttl: float
    dedupe_max_entries: int
    dedupe_store: str | None
    reconnect_min_delay: float
    reconnect_max_delay: float
    session_expiry: int
    connect_timeout: float
    follow_server_reference: bool
    filters_per_subscribe: int
    must_be_subscribed: bool
    publish_timeout: float
    shutdown_timeout: float
    claim_timeout: float
    receive_maximum: int
    queue_size: int
    outbox: str
    outbox_size: int
    replay_window: int
    must_be_heard: bool
    answer_errors: bool
    max_payload: int
    dead_letter_topic: str | None
    username: str | None
    password_file: str | None
    tls_ca: str | None
    tls_cert: str | None
    tls_key: str | None
    tls_key_password_file: str | None
    tls_alpn: tuple[str, ...]
    tls_insecure: bool
    protocol: Literal["auto", "5", "3.1.1"]
    transport: Literal["auto", "engine", "library"]


def env_name(setting: str) -> str:
    """Return the environment variable of a setting."""
    return setting.upper() if setting.startswith("mqtt_") else f"MQTT_{setting.upper()}"
