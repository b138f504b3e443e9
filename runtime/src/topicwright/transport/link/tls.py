"""The TLS context of a connection, made from the settings."""

from __future__ import annotations

import logging
import ssl

from topicwright.config.credentials import read_secret
from topicwright.config.settings import Settings
from topicwright.errors import ConfigurationError

log = logging.getLogger("topicwright")


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return a context for one connection; it verifies the broker's certificate and host name.

    Raises:
        ConfigurationError: a file is missing or has the wrong content.
    """
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca)
        if settings.tls_cert:
            context.load_cert_chain(settings.tls_cert, settings.tls_key, lambda: _key_password(settings))
    except OSError as error:
        raise ConfigurationError([f"the TLS files cannot be used: {error}"]) from None
    if settings.tls_alpn:
        context.set_alpn_protocols(list(settings.tls_alpn))
    if settings.tls_insecure:
        log.warning("tls_insecure: any server at %s is accepted as the broker", settings.mqtt_url)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _key_password(settings: Settings) -> str:
    # Without this callback OpenSSL would prompt on the terminal and wait.
    if settings.tls_key_password_file is None:
        raise ConfigurationError(["MQTT_TLS_KEY is encrypted: set MQTT_TLS_KEY_PASSWORD_FILE"])
    return read_secret(settings.tls_key_password_file, "MQTT_TLS_KEY_PASSWORD_FILE")
