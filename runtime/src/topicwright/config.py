"""Settings from keywords, environment and ``.env``; every problem is reported at once, secrets are never shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypedDict
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from typing_extensions import override

from .errors import ConfigurationError, MissingSettingError, TopicError
from .filters import check_topic

PORTS: Final[dict[str, int]] = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
MEMORY_SCHEME: Final = "memory"
"""The scheme of ``topicwright.testing.MemoryBroker``: no network, so it is not offered in messages."""
FLAGS: Final[dict[str, bool]] = {
    "true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BrokerURL:
    """A broker's address, taken apart; ``str`` and ``repr`` leave user and password out."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    path: str = ""

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme in {"mqtts", "wss"}

    @property
    def websocket(self) -> bool:
        """Whether MQTT travels in WebSocket frames (MQTT 5, section 6)."""
        return self.scheme in {"ws", "wss"}

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``mqtt://[user:pass@]host[:port]``; user and password are percent-decoded."""
        parts = urlsplit(text.strip())
        if parts.scheme not in {*PORTS, MEMORY_SCHEME}:
            raise ValueError(f"Invalid MQTT URL scheme {parts.scheme!r}: use one of {', '.join(PORTS)}")
        if not text.strip().startswith(f"{parts.scheme}://"):
            raise ValueError(f"the MQTT URL must start with {parts.scheme}://")
        try:
            port = PORTS.get(parts.scheme, 1) if parts.port is None else parts.port
        except ValueError:
            port = 0
        if port == 0:
            raise ValueError("the port of the MQTT URL must be a number from 1 to 65535")
        username = None if parts.username is None else unquote(parts.username)
        password = None if parts.password is None else unquote(parts.password)
        return cls(parts.scheme, parts.hostname or "localhost", port, username, password, parts.path)


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
    """Check a client id: it is one level of the topics of its health and heartbeat."""
    try:
        check_topic(value)
    except TopicError as error:
        raise ValueError(str(error)) from None
    if "/" in value:
        raise ValueError("must not contain '/': it is a level of the health topic")
    return value


Flag = Annotated[bool, BeforeValidator(_flag)]


class Settings(BaseModel):
    """Everything a client can be told. Times are in seconds, sizes in bytes.

    Each field is a keyword of the client and, as ``MQTT_`` plus its name in capitals, an environment variable
    (``mqtt_url`` is ``MQTT_URL``).
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    mqtt_url: Annotated[BrokerURL, BeforeValidator(_url), PlainSerializer(str)]
    """Where the broker is: ``mqtt://[user:pass@]host[:port]``, also ``mqtts``, ``ws``, ``wss``."""
    client_id: Annotated[str, Field(min_length=1), AfterValidator(_level)]
    """The client identifier; the broker keeps the session under it."""
    source_name: Annotated[str, Field(min_length=1)] | None = None
    """Goes to ``envelope.source``; the client id where it is not set."""
    keepalive: Annotated[int, Field(ge=1, le=3600)] = 60
    enable_health: Flag = False
    """Publish ``system/health/{client_id}`` and leave a Last Will there."""
    enable_heartbeat: Flag = False
    """Publish ``system/keepalive/{client_id}`` every ``heartbeat_interval``."""
    heartbeat_interval: Annotated[float, Field(ge=1)] = 30.0
    dedupe_ttl: Annotated[float, Field(ge=0)] = 0.0
    """How long an id is remembered; 0 turns deduplication off."""
    dedupe_max_entries: Annotated[int, Field(ge=0)] = 10000
    dedupe_store: str | None = None
    """An SQLite file for the ids, so that they outlive the process."""
    reconnect_min_delay: Annotated[float, Field(ge=0.1)] = 0.5
    reconnect_max_delay: Annotated[float, Field(validate_default=True)] = 5.0
    session_expiry: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 3600
    """How long the broker keeps the session after a disconnect; 0 for a clean start each time."""
    connect_timeout: Annotated[float, Field(gt=0)] = 10.0
    publish_timeout: Annotated[float, Field(gt=0)] = 30.0
    shutdown_timeout: Annotated[float, Field(ge=0)] = 10.0
    """How long running handlers may take to finish."""
    claim_timeout: Annotated[float, Field(ge=0)] = 60.0
    """How long a message of a resumed session waits for its handler to be registered."""
    receive_maximum: Annotated[int, Field(ge=1, le=65535)] = 1000
    """How many QoS 1 and 2 messages may be unacknowledged at once (MQTT 5, section 3.1.2.11.3)."""
    queue_size: Annotated[int, Field(ge=1)] = 1000
    """How many QoS 0 messages wait for one handler; past that the oldest is dropped and counted."""
    outbox_size: Annotated[int, Field(ge=1)] = 10000
    """How many publishes may wait for an acknowledgement; past that ``publish`` waits for room."""
    replay_window: Annotated[int, Field(ge=0)] = 0
    """How many acknowledged QoS 1 and 2 messages are published again after a reconnect; 0 turns it off."""
    must_be_heard: Flag = False
    """Publish again, until ``publish_timeout``, what the broker had no subscriber for (PUBACK 0x10)."""
    max_payload: Annotated[int, Field(ge=1, le=268435455)] = 16777216
    """Larger payloads are refused before they are parsed."""
    dead_letter_topic: Annotated[str, AfterValidator(check_topic)] | None = None
    """Where invalid messages are published again, as they came."""
    tls_ca: str | None = None
    """File with the authorities to trust, where the system's are not the right ones."""
    tls_cert: str | None = None
    tls_key: str | None = None
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    """The version of MQTT: ``auto`` is 5, and 3.1.1 with a broker that refuses it."""
    transport: Literal["auto", "engine", "library"] = "auto"
    """What speaks MQTT: this package's engine (``auto`` for mqtt and mqtts), or an MQTT library."""

    @property
    def source(self) -> str:
        """What stands in ``envelope.source``."""
        return self.source_name or self.client_id

    @field_validator("reconnect_max_delay")
    @classmethod
    def _not_below_minimum(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("reconnect_min_delay", value):
            raise ValueError("must not be below reconnect_min_delay")
        return value


class Options(TypedDict, total=False):
    """The settings as keyword arguments; ``Settings`` says what each means."""

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
    publish_timeout: float
    shutdown_timeout: float
    claim_timeout: float
    receive_maximum: int
    queue_size: int
    outbox_size: int
    replay_window: int
    must_be_heard: bool
    max_payload: int
    dead_letter_topic: str | None
    tls_ca: str | None
    tls_cert: str | None
    tls_key: str | None
    protocol: Literal["auto", "5", "3.1.1"]
    transport: Literal["auto", "engine", "library"]


def env_name(setting: str) -> str:
    """Return the environment variable of a setting."""
    return setting.upper() if setting.startswith("mqtt_") else f"MQTT_{setting.upper()}"


def _problem(error: ErrorDetails, *, env: bool) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    text = error["msg"].removeprefix("Value error, ")
    return f"{env_name(name) if env else name}: {text}" if name else text


def load(values: Mapping[str, Any], *, env: bool = False) -> Settings:
    """Check settings given by field name.

    Raises:
        MissingSettingError: a required setting is absent; other problems are named in the same error.
        ConfigurationError: a value is wrong.
    """
    try:
        return Settings.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
    missing = [env_name(str(item["loc"][0])) for item in details if item["type"] == "missing"]
    problems = [_problem(item, env=env) for item in details if item["type"] != "missing"]
    if missing:
        names = ", ".join(missing)
        hint = f"Missing required environment variable: {names} (or pass it as a keyword argument)"
        raise MissingSettingError(missing, [hint, *problems])
    raise ConfigurationError(problems)


def read_dotenv(path: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines: comments, ``export`` and quotes are understood, nothing is expanded."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (FileNotFoundError, IsADirectoryError):
        return {}
    found: dict[str, str] = {}
    for line in lines:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            found[name.strip()] = _unquote(value.strip())
    return found


def _unquote(value: str) -> str:
    if value[:1] in {'"', "'"}:
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value
    return value.split(" #", 1)[0].rstrip()


def read_env(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings from the environment, then ``.env`` of the working directory, below explicit ``overrides``."""
    known = {**read_dotenv(Path(".env")), **os.environ}
    names = {name: env_name(name) for name in Settings.model_fields}
    found = {name: known[variable] for name, variable in names.items() if known.get(variable)}
    return {**found, **{name: value for name, value in overrides.items() if value is not None}}
