"""Secrets in files: read at each use, never kept and never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from topicwright.config.settings import Settings
from topicwright.errors import ConfigurationError

MAX_BYTES: Final = 65_535
"""At most this many bytes a password has (MQTT 5, section 3.1.3.6)."""


@dataclass(frozen=True, slots=True)
class Login:
    """User name and password of a CONNECT packet."""

    username: str | None
    password: str | None = field(repr=False)


def read_login(settings: Settings) -> Login:
    """Return the login of the settings; the password file is read each time, so that the password may change.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    url = settings.mqtt_url
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
