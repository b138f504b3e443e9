"""Connections through a proxy: HTTP CONNECT, SOCKS 4 and 5, by the package python-socks."""

from __future__ import annotations

import socket
from typing import Final

from topicwright.config.proxy_url import ProxyURL
from topicwright.errors import ConfigurationError

EXTRA: Final = "MQTT_PROXY needs the package python-socks: pip install python-socks"


async def dial_through(proxy: ProxyURL, host: str, port: int) -> socket.socket:
    """Return a socket that a proxy has connected to ``host``, whose name the proxy resolves.

    Raises:
        OSError: the proxy was not reached, or it refused.
        ConfigurationError: python-socks is not installed.
    """
    try:
        from python_socks import ProxyError, ProxyType
        from python_socks.async_.asyncio import Proxy
    except ImportError:
        raise ConfigurationError([EXTRA]) from None
    kind = {"http": ProxyType.HTTP, "socks4": ProxyType.SOCKS4, "socks5": ProxyType.SOCKS5}[proxy.scheme]
    through = Proxy(kind, proxy.host, proxy.port, proxy.username, proxy.password, rdns=True)
    try:
        connected = await through.connect(host, port, timeout=FOR_EVER)
    except ProxyError as error:
        raise OSError(f"the proxy {proxy} refused: {error}") from None
    except OSError as error:
        raise OSError(f"the proxy {proxy} cannot be reached: {error}") from None
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


FOR_EVER: Final = 86400.0
"""Seconds: the caller has a timeout of its own."""
