"""Chooses the implementation that connects to the broker, by its URL and the settings."""

from __future__ import annotations

from topicwright.config.broker_url import MEMORY_SCHEME
from topicwright.config.settings import Settings
from topicwright.errors import ConfigurationError
from topicwright.transport.base import Transport


def make_transport(settings: Settings) -> Transport:
    """Return the transport for the URL of ``settings``.

    Raises:
        ConfigurationError: the settings ask for the engine, which does not support the URL's scheme.
    """
    if settings.mqtt_url.scheme == MEMORY_SCHEME:
        from topicwright.transport.in_process import find

        return find(str(settings.mqtt_url.host))
    if settings.protocol == "3.1.1":
        return _older(settings)
    newer = _newer(settings)
    if settings.protocol == "5":
        return newer
    from topicwright.transport.fallback import FallbackTransport

    return FallbackTransport(newer, lambda: _older(settings))


def _older(settings: Settings) -> Transport:
    from topicwright.transport.paho.connection import MqttTransport

    return MqttTransport(settings, version=4)


def _newer(settings: Settings) -> Transport:
    library = settings.transport == "library" or (settings.transport == "auto" and settings.mqtt_url.websocket)
    if library:
        from topicwright.transport.paho.connection import MqttTransport

        return MqttTransport(settings)
    if settings.mqtt_url.websocket:
        raise ConfigurationError(["MQTT_TRANSPORT: the engine does not speak WebSocket: leave it at auto"])
    from topicwright.transport.engine.connection import EngineTransport

    return EngineTransport(settings)
