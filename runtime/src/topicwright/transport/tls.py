"""TLS from the settings."""

from __future__ import annotations

import ssl

from ..config import Settings
from ..errors import ConfigurationError


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return a context that verifies the broker's certificate and host name.

    Raises:
        ConfigurationError: a file is missing or not what it should be.
    """
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca)
        if settings.tls_cert:
            context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except OSError as error:
        raise ConfigurationError([f"the TLS files cannot be used: {error}"]) from None
    return context
