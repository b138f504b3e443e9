"""Row 39: a failure of TLS is reported within a second, by an error with the reason."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from topicwright import BrokerUnavailableError, ConfigurationError, TLSError
from topicwright.testing import LocalBroker

from tests.runtime.support.clients import make, needs_mosquitto, within

pytestmark = [
    needs_mosquitto,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
SOON = 1.0


def certificate(folder: Path, name: str, host: str) -> tuple[Path, Path]:
    """Make a certificate for ``host`` that is its own authority."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}"]
    command += ["-addext", f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificates")
    for name, host in (("right", "127.0.0.1"), ("other", "other.example"), ("stranger", "127.0.0.1")):
        certificate(path, name, host)
    return path


@pytest.fixture
def secure(folder: Path, over: str) -> Iterator[LocalBroker]:
    with LocalBroker(kind="mosquitto", certificate=folder / "right.pem", key=folder / "right.key") as broker:
        yield broker


async def refused(
    url: str, error: type[Exception] | tuple[type[Exception], ...], text: str = ".", **options: str
) -> None:
    client = make(url, "me", connect_timeout=30, **options)
    since = time.monotonic()
    with pytest.raises(error, match=text):
        await within(client.connect(), 20)
    assert time.monotonic() - since < SOON


async def test_row_39_the_right_authority_connects(secure: LocalBroker, folder: Path):
    async with make(secure.url, "me", tls_ca=str(folder / "right.pem")) as client:
        assert client.connected


async def test_row_39_an_unknown_authority(secure: LocalBroker, folder: Path):
    await refused(secure.url, TLSError, "no TLS connection", tls_ca=str(folder / "stranger.pem"))
    await refused(secure.url, TLSError, "no TLS connection")


async def test_row_39_a_host_name_that_is_not_the_brokers(folder: Path, over: str):
    with LocalBroker(kind="mosquitto", certificate=folder / "other.pem", key=folder / "other.key") as broker:
        await refused(broker.url, TLSError, "mismatch|not valid for", tls_ca=str(folder / "other.pem"))


async def test_row_39_a_plain_client_on_a_tls_port(secure: LocalBroker, over: str):
    # mosquitto resets the connection; whether its TLS alert is read before that is a matter of luck
    await refused(secure.url.replace("mqtts", "mqtt"), (TLSError, BrokerUnavailableError), "mqtts://")


async def test_row_39_a_tls_client_on_a_plain_port(over: str, folder: Path):
    with LocalBroker(kind="mosquitto") as broker:
        await refused(broker.url.replace("mqtt", "mqtts"), TLSError, "no TLS connection")


async def test_row_39_a_missing_authority_file(secure: LocalBroker, folder: Path):
    await refused(secure.url, ConfigurationError, "TLS files cannot be used", tls_ca=str(folder / "absent.pem"))


async def test_row_39_a_port_that_does_not_answer_tls_is_left_in_time(over: str):
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.transport.abort()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises((BrokerUnavailableError, TLSError)):
        await within(make(f"mqtts://127.0.0.1:{port}", "me", connect_timeout=0.5).connect(), 5)
    server.close()
