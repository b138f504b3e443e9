"""Payloads of the ``weather`` topics. Made by topicwright from catalog/weather.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from topicwright import Model, Omittable


class Reading(Model):
    """``Reading``."""

    celsius: Annotated[float, Field(ge=-273.15)]
    """Temperature of the air. Unit: °C."""
    humidity: Annotated[int, Field(ge=0, le=100)] = 50
    note: Omittable[str] = None
