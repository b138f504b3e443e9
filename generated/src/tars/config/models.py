"""Payloads of the ``config`` topics. Made by topicwright from schema/channels/config.yaml; do not edit."""

from __future__ import annotations

from typing import Any

from topicwright import Model


class ConfigUpdatePayload(Model):
    """The settings of a service."""

    service: str
    """Name of the service that the settings are for, as in the topic."""
    config: dict[str, Any]
    """All settings by name."""
    version: int
    """Revision of the settings, one higher with each change."""
    config_epoch: str
    """Id of the database that the settings come from; revisions of two epochs cannot be compared."""
    checksum: str | None = None
    """Checksum of the settings."""
    signature: str | None = None
    """Ed25519 signature over the other fields."""
    issued_at: str
    """When the settings were issued, in UTC, as ISO 8601 text. Unit: ISO 8601 UTC."""
