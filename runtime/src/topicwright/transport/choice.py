"""Which implementation speaks to the broker: by the URL and by what the settings ask for."""

from __future__ import annotations

from ..broker_url import MEMORY_SCHEME
from ..config import Settings
from ..errors import ConfigurationError
from . import Transport


def make_transport(settings: Settings) -> Transport:
    """Return the transport for the URL of ``settings``.

    Raises:
        ConfigurationError: the engine was asked for, and the URL is one that it does not speak.
    """
    if settings.mqtt_url.scheme == MEMORY_SCHEME:
        from ..testing.memory import find

        return find(str(settings.mqtt_url.host))
    if settings.protocol == "3.1.1":
        return _older(settings)
    newer = _newer(settings)
    if settings.protocol == "5":
        return newer
    from .fallback import FallbackTransport

    return FallbackTransport(newer, lambda: _older(settings))


def _older(settings: Settings) -> Transport:
    from .mqtt import MqttTransport

    return MqttTransport(settings, version=4)


def _newer(settings: Settings) -> Transport:
    library = settings.transport == "library" or (settings.transport == "auto" and settings.mqtt_url.websocket)
    if library:
        from .mqtt import MqttTransport

        return MqttTransport(settings)
    if settings.mqtt_url.websocket:
        raise ConfigurationError(["MQTT_TRANSPORT: the engine does not speak WebSocket: leave it at auto"])
    from .engine import EngineTransport

    return EngineTransport(settings)
