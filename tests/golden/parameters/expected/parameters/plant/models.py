"""Payloads of the ``plant`` topics. Made by topicwright from catalog/devices.yaml; do not edit."""

from __future__ import annotations

from topicwright import Model, RootModel


class Temperature(Model):
    """``Temperature``."""

    celsius: float
    """The temperature. Unit: °C."""


class Alarm(RootModel[str]):
    """``Alarm``."""
