"""The settings of a client, and their validation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypedDict, cast

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
from topicwright.config.broker_url import BrokerURL
from topicwright.config.placeholders import fill_in
from topicwright.config.proxy_url import ProxyURL
from topicwright.mqtt.topic_filters import check_topic

FLAGS: Final[dict[str, bool]] = {
    "true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False,
}  # fmt: skip
SECRETS: Final = ("mqtt_url", "password", "proxy", "websocket_headers")
"""Settings that are or contain a password."""
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
LONGEST_TEXT: Final = 65_535
_TLS: Final = ("tls_ca", "tls_cert", "tls_key", "tls_key_password_file", "tls_alpn", "tls_insecure")


def _url(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return BrokerURL.parse_all(value) if isinstance(value, str) else value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value.strip().lower() not in FLAGS:
            raise ValueError("must be true or false (also 1/0, yes/no, on/off)")
        return FLAGS[value.strip().lower()]
    return value


def _client_id(value: str) -> str:
    """Fill in ``{hostname}``, ``{pid}`` and ``{random}``, and check the result (MQTT 5, section 3.1.3.1)."""
    value = fill_in(value)
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    if "\0" in value or size > LONGEST_TEXT:
        raise ValueError(f"must be text without NUL, of at most {LONGEST_TEXT} bytes")
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


def _proxy(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return ProxyURL.parse(value) if isinstance(value, str) else value


def _headers(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if value is None or not isinstance(value, Mapping):
        raise ValueError('must be a JSON object, such as {"Authorization": "Bearer ..."}')
    headers = cast("Mapping[object, object]", value)
    for name, text in headers.items():
        shown = text.get_secret_value() if isinstance(text, SecretStr) else text
        if not isinstance(shown, str) or not _HEADER.fullmatch(str(name)) or not shown.isprintable():
            raise ValueError("each header is a name and one line of text (RFC 9110, section 5)")
    return headers


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
    """The URL of the broker: ``mqtt://[user:pass@]host[:port]``, also ``mqtts``, ``ws``, ``wss``, ``unix``; or several,
    with commas between them, which are tried in turn."""
    client_id: Annotated[str, Field(min_length=1), AfterValidator(_client_id)]
    """The client identifier; the broker keeps the session under it. ``{hostname}``, ``{pid}`` and ``{random}`` are
    filled in."""
    source_name: Annotated[str, Field(min_length=1)] | None = None
    """The value of ``envelope.source``; by default the client id."""
    keepalive: Annotated[int, Field(ge=1, le=3600)] = 60
    enable_health: Flag = False
    """Publish ``system/health/{client_id}`` and leave a Last Will there."""
    enable_heartbeat: Flag = False
    """Publish ``system/keepalive/{client_id}`` every ``heartbeat_interval``."""
    heartbeat_interval: Annotated[float, Field(ge=1)] = 30.0
    will_delay: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 0
    """How long the broker waits for the client to come back before it publishes the Last Will (MQTT 5)."""
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
    connect_retry: Annotated[float, Field(ge=0)] = 0.0
    """How long the first ``connect`` waits for a broker that does not answer; 0 for one attempt."""
    login_retry_delay: Annotated[float, Field(ge=0)] = 0.0
    """The delay before the next attempt after a login or a certificate was refused at a reconnect; 0 makes it final."""
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
    outbox_max_age: Annotated[float, Field(ge=0)] = 604800.0
    """How old a message in the file may be that nobody waits for any more; 0 for any age."""
    poison_limit: Annotated[int, Field(ge=2)] = 3
    """After how many connections that ended behind it a message or a subscription is given up."""
    qos_0_offline: Literal["wait", "drop"] = "wait"
    """What happens to a QoS 0 message while there is no connection: it waits for one, or it is dropped and counted."""
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
    password: SecretStr | None = None
    """The password, if the URL has none."""
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
    proxy: Annotated[ProxyURL, BeforeValidator(_proxy), PlainSerializer(str)] | None = None
    """The proxy of every connection but to a Unix socket: ``http://[user:pass@]host:port``; ``socks5``, ``socks4``."""
    websocket_headers: Annotated[dict[str, SecretStr], BeforeValidator(_headers)] = {}
    """Headers of the handshake of a WebSocket; as a variable, a JSON object."""
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    """The MQTT version: ``auto`` is 5, or 3.1.1 with a broker that refuses version 5."""
    transport: Literal["auto", "engine", "library"] = "auto"
    """The MQTT implementation: this package's engine (``auto`` for mqtt and mqtts), or the library aiomqtt."""

    def websocket_header_values(self) -> dict[str, str]:
        """Return the headers of the handshake of a WebSocket."""
        return {name: value.get_secret_value() for name, value in self.websocket_headers.items()}

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

    @field_validator("dedupe_max_entries")
    @classmethod
    def _room_for_one(cls, value: int, info: ValidationInfo) -> int:
        if value == 0 and info.data.get("dedupe_ttl"):
            raise ValueError("must be 1 or more with MQTT_DEDUPE_TTL: without room nothing is remembered")
        return value

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        url = self.mqtt_url
        if url.username and self.username:
            raise ValueError("MQTT_USERNAME and the URL both have a user name: remove one")
        given = {
            "the URL": url.password,
            "MQTT_PASSWORD": self.password,
            "MQTT_PASSWORD_FILE": self.password_file,
        }
        names = [name for name, value in given.items() if value]
        if len(names) > 1:
            raise ValueError(f"{' and '.join(names)} both have a password: remove one")
        return self

    @model_validator(mode="after")
    def _check_client_id(self) -> Self:
        names = [name for name in ("enable_health", "enable_heartbeat") if getattr(self, name)]
        if names and any(character in self.client_id for character in "/+#"):
            name = env_name(names[0])
            raise ValueError(f"MQTT_CLIENT_ID must not contain '/', '+' or '#' with {name}: it is a level of its topic")
        return self

    @model_validator(mode="after")
    def _check_tls(self) -> Self:
        names_of_tls = [name for name in _TLS if getattr(self, name)]
        urls = (self.mqtt_url, *self.mqtt_url.others)
        if names_of_tls and not any(url.tls or url.memory for url in urls):
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
    will_delay: int
    dedupe_ttl: float
    dedupe_max_entries: int
    dedupe_store: str | None
    reconnect_min_delay: float
    reconnect_max_delay: float
    session_expiry: int
    connect_timeout: float
    connect_retry: float
    login_retry_delay: float
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
    outbox_max_age: float
    poison_limit: int
    qos_0_offline: Literal["wait", "drop"]
    replay_window: int
    must_be_heard: bool
    answer_errors: bool
    max_payload: int
    dead_letter_topic: str | None
    username: str | None
    password: str | SecretStr | None
    password_file: str | None
    tls_ca: str | None
    tls_cert: str | None
    tls_key: str | None
    tls_key_password_file: str | None
    tls_alpn: tuple[str, ...]
    tls_insecure: bool
    proxy: str | None
    websocket_headers: Mapping[str, str]
    protocol: Literal["auto", "5", "3.1.1"]
    transport: Literal["auto", "engine", "library"]


def env_name(setting: str) -> str:
    """Return the environment variable of a setting."""
    return setting.upper() if setting.startswith("mqtt_") else f"MQTT_{setting.upper()}"
