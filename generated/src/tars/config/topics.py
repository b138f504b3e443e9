"""Topics of the ``config`` domain. Made by topicwright from schema/channels/config.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from topicwright import Topic

from tars.config.models import ConfigUpdatePayload


@dataclass(frozen=True, slots=True)
class ConfigUpdateParams:
    """Parameters of ``config/update/{service}``."""

    service: str
    """Name of the service."""


CONFIG_UPDATE: Final[Topic[ConfigUpdatePayload, ConfigUpdateParams]] = Topic(
    "config/update/{service}",
    "config.update",
    ConfigUpdatePayload,
    params=ConfigUpdateParams,
    retain=True,
    partition_key="service",
)
"""These are the settings of the service from now on."""
