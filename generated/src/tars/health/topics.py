"""Topics of the ``health`` domain. Made by topicwright from schema/channels/health.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from topicwright import Topic

from tars.health.models import Esp32Health, HealthPing, HeartbeatPayload


@dataclass(frozen=True, slots=True)
class HealthStatusParams:
    """Parameters of ``system/health/{client_id}``."""

    client_id: str
    """MQTT client id of the service."""


@dataclass(frozen=True, slots=True)
class HealthHeartbeatParams:
    """Parameters of ``system/keepalive/{client_id}``."""

    client_id: str
    """MQTT client id of the service."""


HEALTH_STATUS: Final[Topic[HealthPing, HealthStatusParams]] = Topic(
    "system/health/{client_id}",
    "health.status",
    HealthPing,
    params=HealthStatusParams,
    wire="tars",
    retain=True,
    former_types=("system.health", "system.health.router", "system.health.tts", "system.health.memory", "wake.health"),
    partition_key="client_id",
    excludes=("system/health/movement-esp32",),
)
"""A service is well, or says why not."""
HEALTH_ESP32: Final[Topic[Esp32Health]] = Topic(
    "system/health/movement-esp32", "health.esp32", Esp32Health, retain=True
)
"""The movement controller is well, or says why not."""
HEALTH_HEARTBEAT: Final[Topic[HeartbeatPayload, HealthHeartbeatParams]] = Topic(
    "system/keepalive/{client_id}",
    "health.heartbeat",
    HeartbeatPayload,
    params=HealthHeartbeatParams,
    qos=0,
    partition_key="client_id",
)
"""The connection of a service still works."""
