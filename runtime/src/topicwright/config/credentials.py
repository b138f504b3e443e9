"""Secrets that stand in files: read when they are needed, never kept and never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from topicwright.config.settings import Settings
from topicwright.errors import ConfigurationError

LONGEST: Final = 65_535
"""Bytes that a password may have (MQTT 5, section 3.1.3.6)."""


@dataclass(frozen=True, slots=True)
class Login:
    """User name and password of a CONNECT packet."""

    username: str | None
    password: str | None = field(repr=False)


def read_login(settings: Settings) -> Login:
    """Return the login of the settings; the password comes from its file each time, so that it may change.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    url = settings.mqtt_url
    username = url.username or settings.username
    if settings.password_file is None:
        return Login(username, url.password)
    return Login(username, read_secret(settings.password_file, "MQTT_PASSWORD_FILE"))


def read_secret(path: str, setting: str) -> str:
    """Return the content of a file without the end of its line.

    Raises:
        ConfigurationError: it cannot be read; the message has nothing of the content.
    """
    problem = "is empty"
    try:
        content = Path(path).read_bytes()
        text = content.decode("utf-8").removesuffix("\n").removesuffix("\r")
        if 0 < len(content) <= LONGEST:
            return text
        problem = f"is longer than {LONGEST} bytes" if content else problem
    except UnicodeDecodeError:
        problem = "is not UTF-8"
    except OSError as error:
        problem = error.strerror or type(error).__name__
    raise ConfigurationError([f"{setting}: {path}: {problem}"])
