"""The brokers that ``LocalBroker`` can start, and their configuration files."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

BrokerKind: TypeAlias = Literal["mosquitto", "iotcore"]
HOST: Final = "127.0.0.1"
INSTALL: Final = (
    "no MQTT broker found: install mosquitto (Debian: 'apt-get install mosquitto', macOS: 'brew install mosquitto') "
    "or 'pip install iotcore', a broker in a wheel"
)
MAX_PAYLOAD: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerOptions:
    """The options of a test for its broker."""

    persistence: bool = False
    username: str | None = None
    password: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    config: Sequence[str] = ()

    def are_defaults(self) -> bool:
        """Whether they are the defaults, which every broker supports."""
        return self == BrokerOptions()


def mosquitto_path() -> str | None:
    """Return the ``mosquitto`` binary; Debian installs it in a folder that may not be in PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/local/sbin:/usr/sbin:/opt/homebrew/sbin")


def find_kind() -> BrokerKind:
    """Return the broker that is installed here.

    Raises:
        RuntimeError: there is none.
    """
    if mosquitto_path():
        return "mosquitto"
    if importlib.util.find_spec("iotcore"):
        return "iotcore"
    raise RuntimeError(INSTALL)


def free_port() -> int:
    """Return an unused loopback port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def command(kind: BrokerKind, port: int, folder: Path, options: BrokerOptions) -> list[str]:
    """Write the configuration into ``folder`` and return the command line that starts the broker."""
    if kind == "mosquitto":
        return _mosquitto(port, folder, options)
    if not options.are_defaults():
        raise RuntimeError("iotcore has none of these options: install mosquitto")
    config = folder / "iotcore.toml"
    config.write_text(_rumqttd(port), "utf-8")
    return [sys.executable, "-P", "-m", "iotcore", "--config", str(config), "--log-level", "CRITICAL"]


def _mosquitto(port: int, folder: Path, options: BrokerOptions) -> list[str]:
    config = folder / "mosquitto.conf"
    config.write_text("\n".join([*_mosquitto_lines(port, folder, options), ""]), "utf-8")
    binary = mosquitto_path()
    if binary is None:
        raise RuntimeError(INSTALL)
    return [binary, "-c", str(config)]


def _mosquitto_lines(port: int, folder: Path, options: BrokerOptions) -> list[str]:
    lines = [
        "per_listener_settings false",
        f"listener {port} {HOST}",
        f"allow_anonymous {'false' if options.username else 'true'}",
        "set_tcp_nodelay true",
        # Without these it silently drops acknowledged messages, past 1000 for a slow client.
        "max_inflight_messages 0",
        "max_queued_messages 0",
        "max_queued_bytes 0",
    ]
    if os.geteuid() == 0:
        lines.append("user root")  # its own user could not read the configuration
    if options.persistence:
        lines += ["persistence true", f"persistence_location {folder}/"]
        lines += ["autosave_interval 1", "autosave_on_changes true"]
    if options.username:
        lines.append(f"password_file {_password_file(folder, options.username, options.password or '')}")
    if options.certificate and options.key:
        lines += [f"certfile {options.certificate}", f"keyfile {options.key}"]
    return [*lines, *options.config]


def _password_file(folder: Path, username: str, password: str) -> Path:
    salt = os.urandom(12)
    digest = hashlib.sha512(password.encode() + salt).digest()
    path = folder / "passwords"
    path.write_text(f"{username}:$6${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}\n", "utf-8")
    path.chmod(0o600)
    return path


def _rumqttd(port: int) -> str:
    listeners = "".join(_rumqttd_listener(version, at) for version, at in (("v4", free_port()), ("v5", port)))
    return f"""id = 0

[router]
id = 0
max_connections = 10010
max_outgoing_packet_count = 1000
max_segment_size = {MAX_PAYLOAD * 2}
max_segment_count = 10
{listeners}"""


def _rumqttd_listener(version: str, port: int) -> str:
    return f"""
[{version}.1]
name = "{version}"
listen = "{HOST}:{port}"
next_connection_delay_ms = 1

[{version}.1.connections]
connection_timeout_ms = 60000
max_payload_size = {MAX_PAYLOAD}
max_inflight_count = 1000
dynamic_filters = true
"""
