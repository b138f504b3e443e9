"""Payloads of the ``health`` topics. Made by topicwright from schema/channels/health.yaml; do not edit."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from topicwright import Model, Omittable, new_id, now


class HealthPing(Model):
    """How a service is."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    ok: bool
    """Whether the service is well."""
    event: Omittable[str] = None
    """What happened, such as ready, reconnected, shutdown or connection_lost."""
    err: Omittable[str] = None
    """What is wrong."""
    timestamp: float = Field(default_factory=now)
    """When the service said so, in unix seconds."""


class Esp32Health(Model):
    """How the movement controller is."""

    ok: bool
    """Whether the controller is well."""
    event: Literal[
        "ready", "reconnected", "mqtt_wait_failed", "mqtt_check_failed", "periodic_health_check", "frame_timeout"
    ]
    """What happened."""
    timestamp: float
    """When it happened, in unix seconds or in seconds since boot. Unit: unix seconds or seconds since boot."""


class HeartbeatPayload(Model):
    """A sign of life."""

    ok: bool = True
    """Always true; a service that is not well says so in its health."""
    event: str = "heartbeat"
    """Always heartbeat."""
    timestamp: float
    """When it was sent, in unix seconds."""
