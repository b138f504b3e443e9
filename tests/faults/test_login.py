"""Logins and certificates: which are accepted, which are refused at once, and that no secret is shown anywhere."""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import logging
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from topicwright import AuthenticationError, ConfigurationError, ConnectError, MQTTClient, TLSError, TopicwrightError
from topicwright.testing import LocalBroker

from tests.faults.support.certificates import authority, certificate, encrypted, needs_openssl
from tests.runtime.support.clients import make, needs_mosquitto, within

pytestmark = [needs_mosquitto, needs_openssl]
SECRET = "hunter2/#?é"
ENCODED = "hunter2%2F%23%3F%C3%A9"
SOON = 1.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificates")
    authority(path, "ca")
    certificate(path, "broker", "127.0.0.1", "ca")
    certificate(path, "client", "client.example", "ca")
    encrypted(path, "client", SECRET)
    (path / "password").write_text(f"{SECRET}\n")
    (path / "wrong").write_text("wrong-secret\n")
    return path


@pytest.fixture
def login(over: str) -> Iterator[LocalBroker]:
    with LocalBroker(kind="mosquitto", username="me", password=SECRET) as broker:
        yield broker


@pytest.fixture
def mutual(over: str, folder: Path) -> Iterator[LocalBroker]:
    """A broker that lets in who has a certificate of its authority."""
    lines = [f"cafile {folder / 'ca.pem'}", "require_certificate true"]
    cert, key = folder / "broker.pem", folder / "broker.key"
    with LocalBroker(kind="mosquitto", certificate=cert, key=key, config=lines) as broker:
        yield broker


async def test_the_password_comes_from_a_file(login: LocalBroker, folder: Path):
    for url, options in (
        (f"mqtt://me@127.0.0.1:{login.port}", {}),
        (f"mqtt://127.0.0.1:{login.port}", {"username": "me"}),
    ):
        async with make(url, "me", password_file=str(folder / "password"), **options) as client:
            assert client.connected


async def test_a_password_that_was_changed_is_read_again(login: LocalBroker, tmp_path: Path):
    path = tmp_path / "password"
    path.write_text("old")
    client = make(f"mqtt://me@127.0.0.1:{login.port}", "me", password_file=str(path))
    with pytest.raises(AuthenticationError):
        await within(client.connect())
    path.write_text(SECRET)
    await within(client.connect())
    await client.shutdown()


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"x" * 70_000], ids=["absent", "empty", "bytes", "long"])
async def test_a_password_file_that_cannot_be_used(login: LocalBroker, tmp_path: Path, content: bytes | None):
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    client = make(f"mqtt://me@127.0.0.1:{login.port}", "me", password_file=str(path))
    with pytest.raises(ConfigurationError, match="MQTT_PASSWORD_FILE") as caught:
        await within(client.connect())
    assert str(path) in str(caught.value)


async def test_row_35_a_refused_login_is_reported_at_once(login: LocalBroker):
    for credentials in ("me:wrong@", "stranger:wrong@", ""):
        since = time.monotonic()
        with pytest.raises(AuthenticationError) as caught:
            await within(make(f"mqtt://{credentials}127.0.0.1:{login.port}", "me", connect_timeout=30).connect())
        assert caught.value.reason in {0x86, 0x87}
        assert time.monotonic() - since < SOON


async def test_a_login_that_is_refused_later_ends_the_session(over: str, folder: Path, tmp_path: Path):
    logins = tmp_path / "logins"

    def allow(name: str) -> None:
        digest = base64.b64encode(hashlib.sha512(SECRET.encode() + b"twelve bytes").digest()).decode()
        logins.write_text(f"{name}:$6${base64.b64encode(b'twelve bytes').decode()}${digest}\n")
        logins.chmod(0o700)

    allow("me")
    lines = ["allow_anonymous false", f"password_file {logins}"]
    with LocalBroker(kind="mosquitto", config=lines) as broker:
        client = make(f"mqtt://me@127.0.0.1:{broker.port}", "me", password_file=str(folder / "password"))
        await within(client.connect())
        waiting = asyncio.create_task(client.run_forever())
        await asyncio.sleep(0)
        broker.stop()
        allow("you")
        broker.start()
        with pytest.raises(AuthenticationError):
            await within(waiting)
        await client.shutdown()


async def test_a_client_certificate_lets_in(mutual: LocalBroker, folder: Path):
    files = {"tls_ca": str(folder / "ca.pem"), "tls_cert": str(folder / "client.pem")}
    async with make(mutual.url, "me", tls_key=str(folder / "client.key"), **files) as client:
        assert client.connected
    keys = {"tls_key": str(folder / "client.encrypted.key"), "tls_key_password_file": str(folder / "password")}
    async with make(mutual.url, "me", **files, **keys) as client:
        assert client.connected


async def test_a_missing_client_certificate_is_reported_at_once(mutual: LocalBroker, folder: Path):
    since = time.monotonic()
    with pytest.raises(TLSError):
        await within(make(mutual.url, "me", tls_ca=str(folder / "ca.pem"), connect_timeout=30).connect())
    assert time.monotonic() - since < SOON


async def test_an_encrypted_key_asks_nobody_for_its_password(mutual: LocalBroker, folder: Path):
    files = {"tls_ca": str(folder / "ca.pem"), "tls_cert": str(folder / "client.pem")}
    client = make(mutual.url, "me", tls_key=str(folder / "client.encrypted.key"), **files)
    with pytest.raises(ConfigurationError, match="MQTT_TLS_KEY_PASSWORD_FILE"):
        await within(client.connect())
    wrong = make(
        mutual.url,
        "me",
        tls_key=str(folder / "client.encrypted.key"),
        **files,
        tls_key_password_file=str(folder / "wrong"),
    )
    with pytest.raises(ConfigurationError, match="TLS files cannot be used"):
        await within(wrong.connect())


async def test_insecure_takes_any_certificate_and_warns_at_each_connection(
    folder: Path, over: str, caplog: pytest.LogCaptureFixture
):
    with LocalBroker(kind="mosquitto", certificate=folder / "broker.pem", key=folder / "broker.key") as broker:
        for number in (1, 2):
            async with make(broker.url, "me", tls_insecure=True) as client:
                assert client.connected
            assert caplog.text.count("tls_insecure: any server") == number


async def test_the_alpn_protocol_is_offered(folder: Path, over: str):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "broker.pem", folder / "broker.key")
    context.set_alpn_protocols(["mqtt"])
    chosen: list[str | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chosen.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"mqtts://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(ConnectError):
        await within(make(url, "me", tls_ca=str(folder / "ca.pem"), tls_alpn="x-amzn-mqtt-ca, mqtt").connect())
    server.close()
    assert chosen == ["mqtt"]


# -- secrets -----------------------------------------------------------------------------------------------------

Failure = Callable[[LocalBroker, Path], MQTTClient]
FAILURES: dict[str, Failure] = {
    "refused": lambda broker, _: make(f"mqtt://me:{ENCODED}x@127.0.0.1:{broker.port}", "me"),
    "from a file": lambda broker, folder: make(
        f"mqtt://you@127.0.0.1:{broker.port}", "me", password_file=str(folder / "password")
    ),
    "nobody there": lambda broker, _: make(f"mqtt://me:{ENCODED}@127.0.0.1:1", "me"),
    "no such host": lambda broker, _: make(f"mqtt://me:{ENCODED}@no.such.host.invalid", "me"),
    "tls to plain": lambda broker, _: make(f"mqtts://me:{ENCODED}@127.0.0.1:{broker.port}", "me"),
    "no files": lambda broker, _: make(f"mqtts://me:{ENCODED}@127.0.0.1:{broker.port}", "me", tls_ca="/absent"),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failed_connect_shows_no_secret(
    login: LocalBroker, folder: Path, failure: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    client = FAILURES[failure](login, folder)
    with pytest.raises(TopicwrightError) as caught:
        await within(client.connect())
    gc.collect()  # what was never awaited or retrieved is told now
    shown = [caplog.text, *capfd.readouterr(), repr(client), repr(client.settings), client.settings.model_dump_json()]
    shown += [repr(caught.value), *told(caught.value)]
    for secret in (SECRET, ENCODED, "hunter2"):
        assert not [text for text in shown if secret in text]


def told(error: BaseException) -> list[str]:
    """Return a traceback, and the variables in the frames of this package."""
    found = traceback.format_exception(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if "/topicwright/" in frame.f_code.co_filename:
            found += [f"{name}={value!r}" for name, value in frame.f_locals.items()]
    return found


@pytest.mark.parametrize(
    "url",
    [
        "mqtt://me:hunter2/x@broker", "mqtt://me:12/hunter2@broker", "mqtt://me:12#hunter2@broker",
        "mqtt://me:12?hunter2@broker", "ws://me:12/hunter2@broker/mqtt", "mqtt://me:hunter2℀@broker",
        "hunter2", "me:hunter2@broker", "hunter2@broker:1883", "mqtt://me:hunter2@broker:port",
        "mqtt://[me:hunter2@broker",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["keyword", "environment", ".env"])
def test_a_wrong_url_shows_no_secret(url: str, way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MQTT_URL", raising=False)
    if way == "environment":
        monkeypatch.setenv("MQTT_URL", url)
    elif way == ".env":
        (tmp_path / ".env").write_text(f"MQTT_URL='{url}'\n")
    makes = partial(MQTTClient, url, "me") if way == "keyword" else partial(MQTTClient.from_env, client_id="me")
    with pytest.raises(ConfigurationError) as caught:
        makes()
    # A keyword is a variable of the caller, so it is in the frames.
    shown = [repr(caught.value), *(told(caught.value) if way != "keyword" else [])]
    assert not [text for text in shown if "hunter2" in text]


def test_an_unreadable_dotenv_file_shows_only_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"MQTT_URL=mqtt://me:hunter2@broker\nX=\xff\n")
    with pytest.raises(ConfigurationError, match=r"\.env cannot be read: is not UTF-8") as caught:
        MQTTClient.from_env()
    assert not [text for text in (repr(caught.value), *told(caught.value)) if "hunter2" in text]


@pytest.mark.parametrize(
    ("url", "options", "problem"),
    [
        ("mqtt://me@b", {"username": "you"}, "MQTT_USERNAME and the URL"),
        ("mqtt://me:x@b", {"password_file": "x"}, "the URL and MQTT_PASSWORD_FILE"),
        ("mqtt://b", {"tls_ca": "x"}, "mqtts://"),
        ("ws://b", {"tls_insecure": True}, "wss://"),
        ("mqtts://b", {"tls_key": "x"}, "MQTT_TLS_CERT"),
        ("mqtts://b", {"tls_alpn": "é"}, "ASCII"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(url: str, options: dict[str, str], problem: str):
    with pytest.raises(ConfigurationError, match=problem):
        make(url, "me", **options)
