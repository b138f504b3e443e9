"""Secrets in files: read at each use, never kept and never shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from topicwright.config.broker_url import BrokerURL
from topicwright.config.settings import Settings
from topicwright.errors import ConfigurationError

MAX_BYTES: Final = 65_535
"""At most this many bytes a password has (MQTT 5, section 3.1.3.6)."""


@dataclass(frozen=True, slots=True)
class Login:
    """User name and password of a CONNECT packet (MQTT 5, sections 3.1.3.5 and 3.1.3.6)."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)


Credentials: TypeAlias = Callable[[], Awaitable[Login]]
"""An ``async def`` that returns the login; it is asked at each attempt to connect."""


def has_login(settings: Settings) -> bool:
    """Return whether the settings give a user name or a password."""
    urls = (settings.mqtt_url, *settings.mqtt_url.others)
    given = (settings.username, settings.password, settings.password_file)
    return any(given) or any(url.username or url.password for url in urls)


def read_login(settings: Settings, url: BrokerURL | None = None) -> Login:
    """Return the login for a broker, by default that of the settings.

    The password file is read each time, so that the password may change.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    url = url or settings.mqtt_url
    username = url.username or settings.username
    if settings.password_file is not None:
        return Login(username, read_secret(settings.password_file, "MQTT_PASSWORD_FILE"))
    password = url.password if settings.password is None else settings.password.get_secret_value()
    return Login(username, password)


def read_secret(path: str, setting: str) -> str:
    """Return the content of a file without a line break at its end.

    Raises:
        ConfigurationError: it cannot be read; the message does not contain the content.
    """
    problem = "is empty"
    try:
        content = Path(path).read_bytes()
        text = content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
        if 0 < len(content) <= MAX_BYTES:
            return text
        problem = f"is longer than {MAX_BYTES} bytes" if content else problem
    except UnicodeDecodeError:
        problem = "is not UTF-8"
    except OSError as error:
        problem = error.strerror or type(error).__name__
    raise ConfigurationError([f"{setting}: {path}: {problem}"])
