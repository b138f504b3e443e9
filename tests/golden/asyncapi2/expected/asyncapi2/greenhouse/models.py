"""Payloads of the ``greenhouse`` topics. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field
from topicwright import Model, Omittable, RootModel


class ClimateHeaders(Model):
    """``ClimateHeaders``."""

    trace: str


class Climate(Model):
    """``Climate``."""

    celsius: float
    """Temperature."""
    humidity: Omittable[Annotated[float, Field(ge=0.0, le=100.0)]] = None


class WindowOpened(Model):
    """``WindowOpened``."""

    angle: int
    """Unit: degrees."""


class WindowClosed(Model):
    """``WindowClosed``."""

    at: Omittable[AwareDatetime] = None


class GreenhouseAlarm(RootModel[str]):
    """``GreenhouseAlarm``."""
