"""The brokers that ``LocalBroker`` can start, and their configuration files."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shutil
import socket
import ssl
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
_CONNECT: Final = b"\x10\x1b\x00\x04MQTT\x05\x02\x00\x0a\x00\x00\x0etopicwright-up"
"""A CONNECT of MQTT 5 with Clean Start, for 10 seconds, as ``topicwright-up`` (section 3.1)."""
_CONNACK: Final = 2
"""The packet type of CONNACK (section 2.1.2)."""
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


def taken(port: int) -> str | None:
    """Return why a loopback port cannot be listened on; None where it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port of connections that have ended is free
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as error:
            return error.strerror or str(error)
    return None


def answers_connect(port: int, *, tls: bool, timeout: float = 1.0) -> bool:
    """Return whether what listens on a port answers CONNECT with CONNACK, whatever its reason code is.

    With TLS a handshake is enough, or that a certificate of the client is asked for.
    """
    try:
        with socket.create_connection((HOST, port), timeout=timeout) as plain:
            plain.settimeout(timeout)
            if tls:
                return _shakes_hands(plain)
            plain.sendall(_CONNECT)
            answer = plain.recv(1)
            return bool(answer) and answer[0] >> 4 == _CONNACK
    except OSError:
        return False


def _shakes_hands(plain: socket.socket) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the question is whether it listens
    try:
        context.wrap_socket(plain).close()
    except ssl.SSLError as error:
        return "ALERT" in str(error)
    return True


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
