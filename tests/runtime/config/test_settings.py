"""Settings from keywords, environment and ``.env``."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from topicwright import ConfigurationError, MissingSettingError, MQTTClient, Settings
from topicwright.config.broker_url import BrokerURL
from topicwright.config.credentials import read_login

URL = "mqtt://localhost:1883"


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port"),
    [
        ("mqtt://broker", "mqtt", "broker", 1883),
        ("mqtt://broker:1999", "mqtt", "broker", 1999),
        ("mqtt://", "mqtt", "localhost", 1883),
        ("mqtt://:1884", "mqtt", "localhost", 1884),
        ("mqtts://broker", "mqtts", "broker", 8883),
        ("ws://broker/mqtt", "ws", "broker", 80),
        ("wss://broker", "wss", "broker", 443),
        ("mqtt://[::1]:1885", "mqtt", "::1", 1885),
        ("mqtt://me:secret@broker", "mqtt", "broker", 1883),
    ],
)
def test_every_form_of_url_is_read_with_its_default_port(text: str, scheme: str, host: str, port: int):
    url = BrokerURL.parse(text)
    assert (url.scheme, url.host, url.port) == (scheme, host, port)


@pytest.mark.parametrize("text", ["http://broker", "localhost:1883", "broker", "", "amqp://x", "tcp://x"])
def test_an_unknown_scheme_is_refused_with_the_valid_ones_named(text: str):
    if text == "":
        with pytest.raises(ConfigurationError):
            MQTTClient(text, "me")
        return
    with pytest.raises(ValueError, match="Invalid MQTT URL scheme") as caught:
        MQTTClient(text, "me")
    assert "mqtt, mqtts, ws, wss" in str(caught.value)


@pytest.mark.parametrize("text", ["mqtt://h:0", "mqtt://h:99999", "mqtt://h:abc", "mqtt:h", "mqtt://[::1"])
def test_broken_urls_are_refused(text: str):
    with pytest.raises(ConfigurationError, match="mqtt_url"):
        MQTTClient(text, "me")


def test_user_and_password_are_percent_decoded():
    url = MQTTClient("mqtt://us%40er:p%40ss%3A%2Fw@broker", "me").settings.mqtt_url
    assert (url.username, url.password) == ("us@er", "p@ss:/w")


async def test_the_password_is_never_shown(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    client = MQTTClient("mqtt://user:hunter2@127.0.0.1:1", "me", connect_timeout=1)
    with pytest.raises(ConnectionError) as caught:
        await client.connect()
    shown = [repr(client), repr(client.settings), str(client.settings), str(client.settings.mqtt_url), caplog.text]
    shown += [repr(caught.value), str(caught.value), repr(client.settings.model_dump())]
    assert not [text for text in shown if "hunter2" in text]


def test_a_wrong_url_does_not_show_its_password():
    with pytest.raises(ConfigurationError) as caught:
        MQTTClient("mqtt://user:hunter2@h:70000", "me")
    assert "hunter2" not in f"{caught.value!r} {caught.value}"


def test_all_missing_variables_are_named_at_once():
    with pytest.raises(MissingSettingError) as caught:
        MQTTClient.from_env()
    assert caught.value.names == ["MQTT_URL", "MQTT_CLIENT_ID"]
    assert "Missing required environment variable: MQTT_URL, MQTT_CLIENT_ID" in str(caught.value)


def test_a_missing_variable_is_a_key_error_and_a_configuration_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    with pytest.raises(KeyError, match="MQTT_URL") as caught:
        MQTTClient.from_env()
    assert isinstance(caught.value, ConfigurationError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("value", ["", "a\0b", "\ud800", "x" * 65_536, "{nothing}"])
def test_a_client_id_that_no_packet_can_hold_is_refused(value: str):
    with pytest.raises(ConfigurationError, match="client_id"):
        MQTTClient(URL, value)


@pytest.mark.parametrize("value", ["device/module", "a+b", "#", "{", "über uns"])
def test_any_text_is_a_client_id_where_no_topic_is_made_of_it(value: str):
    assert MQTTClient(URL, value).client_id == value


@pytest.mark.parametrize("value", ["a/b", "a+", "#"])
@pytest.mark.parametrize("option", ["enable_health", "enable_heartbeat"])
def test_with_health_or_heartbeats_the_client_id_must_be_one_topic_level(value: str, option: str):
    with pytest.raises(ConfigurationError, match=f"MQTT_{option.upper()}"):
        MQTTClient(URL, value, **{option: True})  # type: ignore[arg-type]


def test_placeholders_in_a_client_id_are_filled_in_once_for_the_process():
    client = MQTTClient(URL, "svc-{hostname}-{pid}-{random}")
    host, pid, random = client.client_id.removeprefix("svc-").rsplit("-", 2)
    assert (host, pid) == (socket.gethostname(), str(os.getpid()))
    assert len(random) == 8
    assert MQTTClient(URL, "svc-{hostname}-{pid}-{random}").client_id == client.client_id


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_a_child_of_a_fork_has_a_random_part_of_its_own():
    mine = MQTTClient(URL, "svc-{random}").client_id
    program = (
        "import os, sys; from topicwright import MQTTClient\n"
        "id = lambda: MQTTClient('mqtt://localhost', 'svc-{random}').client_id\n"
        "ids = [id()]; read, write = os.pipe()\n"
        "if os.fork() == 0: os.write(write, id().encode()); os._exit(0)\n"
        "os.wait(); print(ids[0], id(), os.read(read, 100).decode())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, again, child = done.stdout.split()
    assert first == again
    assert len({mine, first, child}) == 3


@pytest.mark.parametrize("host", ["broker..example", ".local", "a..", "x" * 64 + ".example"])
def test_a_host_name_that_cannot_be_is_a_wrong_setting(host: str):
    with pytest.raises(ConfigurationError, match="the host"):
        MQTTClient(f"mqtt://{host}:1883", "me")


SECRET = "s3cr3t-pw"


@pytest.mark.parametrize(
    "given", [{"mqtt_url": f"mqtt://user:{SECRET}@localhost"}, {"mqtt_url": URL, "password": SECRET}]
)
def test_no_variable_of_a_traceback_shows_the_password(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    for name, value in given.items():
        monkeypatch.setenv(name.upper() if name == "mqtt_url" else f"MQTT_{name.upper()}", value)
    for make in (lambda: MQTTClient(client_id="me", keepalive=-1, **given), lambda: MQTTClient.from_env(keepalive=-1)):
        with pytest.raises(ConfigurationError) as caught:
            make()
        shown = [str(caught.value)]
        for frame, _ in traceback.walk_tb(caught.value.__traceback__):
            own = frame.f_globals["__name__"].startswith("topicwright") and frame.f_code.co_name != "__init__"
            shown += map(repr, frame.f_locals.values()) if own else ()
        assert SECRET not in "".join(shown)


def test_a_password_needs_no_user_name_and_is_given_once():
    settings = MQTTClient(URL, "me", password=SECRET).settings
    assert read_login(settings).password == SECRET
    assert SECRET not in repr(settings)
    with pytest.raises(ConfigurationError, match="MQTT_PASSWORD"):
        MQTTClient(f"mqtt://u:{SECRET}@localhost", "me", password=SECRET)
    with pytest.raises(ConfigurationError, match="MQTT_PASSWORD_FILE"):
        MQTTClient(URL, "me", password=SECRET, password_file="x")


def test_files_may_begin_with_a_byte_order_mark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    Path("secret").write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    Path(".env").write_bytes(f"\ufeffMQTT_URL={URL}\nMQTT_CLIENT_ID=me\nMQTT_PASSWORD_FILE=secret\n".encode())
    client = MQTTClient.from_env()
    assert str(client.settings.mqtt_url) == URL
    assert read_login(client.settings).password == SECRET


def test_source_name_defaults_to_the_client_id():
    assert MQTTClient(URL, "me").settings.source == "me"
    assert MQTTClient(URL, "me", source_name="you").settings.source == "you"


def test_settings_have_the_documented_defaults():
    given = MQTTClient(URL, "me").settings
    assert (given.keepalive, given.enable_health, given.enable_heartbeat, given.heartbeat_interval) == (
        60,
        False,
        False,
        30.0,
    )
    assert (given.dedupe_ttl, given.dedupe_max_entries) == (0.0, 10000)
    assert (given.reconnect_min_delay, given.reconnect_max_delay, given.session_expiry) == (0.5, 5.0, 3600)


@pytest.mark.parametrize("text", ["true", "TRUE", "True", "1", "yes", "On", " on "])
def test_true_is_read_in_any_spelling(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("MQTT_URL", URL)
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    monkeypatch.setenv("MQTT_ENABLE_HEALTH", text)
    assert MQTTClient.from_env().settings.enable_health is True


@pytest.mark.parametrize("text", ["false", "FALSE", "0", "no", "off"])
def test_false_is_read_in_any_spelling(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("MQTT_URL", URL)
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    monkeypatch.setenv("MQTT_ENABLE_HEARTBEAT", text)
    assert MQTTClient.from_env().settings.enable_heartbeat is False


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("MQTT_ENABLE_HEALTH", "maybe", "must be true or false"),
        ("MQTT_ENABLE_HEARTBEAT", "2", "must be true or false"),
        ("MQTT_KEEPALIVE", "0", "greater than or equal to 1"),
        ("MQTT_KEEPALIVE", "3601", "less than or equal to 3600"),
        ("MQTT_KEEPALIVE", "often", "valid integer"),
        ("MQTT_HEARTBEAT_INTERVAL", "0.5", "greater than or equal to 1"),
        ("MQTT_HEARTBEAT_INTERVAL", "nan", "finite"),
        ("MQTT_DEDUPE_TTL", "-1", "greater than or equal to 0"),
        ("MQTT_DEDUPE_MAX_ENTRIES", "-1", "greater than or equal to 0"),
        ("MQTT_RECONNECT_MIN_DELAY", "0.01", "greater than or equal to 0.1"),
        ("MQTT_RECONNECT_MAX_DELAY", "0.2", "must not be below reconnect_min_delay"),
        ("MQTT_RECONNECT_MIN_DELAY", "9", "MQTT_RECONNECT_MAX_DELAY: must not be below"),
        ("MQTT_SESSION_EXPIRY", "-1", "greater than or equal to 0"),
        ("MQTT_DEAD_LETTER_TOPIC", "a/#", "wildcard"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str):
    monkeypatch.setenv("MQTT_URL", URL)
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        MQTTClient.from_env()
    assert says in str(caught.value)
    assert "MQTT_" in str(caught.value)


def test_a_dotenv_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    lines = ["# settings", "export MQTT_URL='mqtt://file:1'", 'MQTT_SOURCE_NAME="me # not a comment"', ""]
    lines += ["MQTT_CLIENT_ID=me # a comment", "MQTT_KEEPALIVE=7", "OTHER=1", "nonsense"]
    (tmp_path / ".env").write_text("\n".join(lines))
    monkeypatch.setenv("MQTT_KEEPALIVE", "8")
    given = MQTTClient.from_env().settings
    assert (given.mqtt_url.host, given.client_id, given.source) == ("file", "me", "me # not a comment")
    assert given.keepalive == 8


def test_keywords_have_the_names_of_the_variables():
    client = MQTTClient(
        mqtt_url="mqtt://localhost:1883",
        client_id="my-service",
        source_name="my-service",
        enable_health=True,
        enable_heartbeat=True,
        heartbeat_interval=30.0,
        dedupe_ttl=60.0,
        dedupe_max_entries=1000,
        keepalive=60,
        reconnect_min_delay=1.0,
        reconnect_max_delay=60.0,
    )
    assert client.settings.reconnect_max_delay == 60.0
    assert client.client_id == "my-service"


def test_all_bad_values_come_in_one_error():
    with pytest.raises(ConfigurationError) as caught:
        MQTTClient("http://x", "a\0b", keepalive=0, heartbeat_interval=0)
    named = [problem.split(":")[0] for problem in caught.value.problems]
    assert named == ["mqtt_url", "client_id", "keepalive", "heartbeat_interval"]


def test_an_unknown_keyword_is_refused():
    with pytest.raises(ConfigurationError, match="keepalif"):
        MQTTClient(URL, "me", keepalif=1)  # type: ignore[call-arg]


def test_keywords_of_from_env_win_over_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MQTT_URL", URL)
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    monkeypatch.setenv("MQTT_KEEPALIVE", "5")
    assert MQTTClient.from_env().settings.keepalive == 5
    assert MQTTClient.from_env(keepalive=6, source_name=None).settings.keepalive == 6


def test_from_env_runs_the_constructor_of_a_subclass(monkeypatch: pytest.MonkeyPatch):
    class Mine(MQTTClient):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]
            self.mine = True

    monkeypatch.setenv("MQTT_URL", URL)
    monkeypatch.setenv("MQTT_CLIENT_ID", "me")
    assert Mine.from_env().mine


def test_every_setting_is_a_keyword_and_a_variable():
    from topicwright.config.settings import Options

    assert {*Options.__annotations__, "mqtt_url", "client_id"} == set(Settings.model_fields)


def test_a_sync_callback_is_refused_at_construction():
    with pytest.raises(TypeError, match="on_invalid must be an 'async def'"):
        MQTTClient(URL, "me", on_invalid=lambda message: None)  # type: ignore[arg-type,return-value]


def test_missing_tls_files_are_a_configuration_error(tmp_path: Path):
    import asyncio

    client = MQTTClient("mqtts://127.0.0.1:1", "me", tls_ca=str(tmp_path / "none.pem"))
    with pytest.raises(ConfigurationError, match="TLS files"):
        asyncio.run(client.connect())


def test_deduplication_without_room_for_one_message_is_refused():
    with pytest.raises(ConfigurationError, match=r"dedupe_max_entries.*1 or more with MQTT_DEDUPE_TTL"):
        MQTTClient(URL, "me", dedupe_ttl=30.0, dedupe_max_entries=0)
    assert MQTTClient(URL, "me", dedupe_max_entries=0).settings.dedupe_ttl == 0
