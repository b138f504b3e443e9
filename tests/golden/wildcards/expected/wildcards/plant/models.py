"""Payloads of the ``plant`` topics. Made by topicwright from catalog/plant.yaml; do not edit."""

from __future__ import annotations

from topicwright import Model, Omittable, RootModel


class Measured(Model):
    """``Measured``."""

    value: Omittable[float] = None


class Line(RootModel[str]):
    """``Line``."""
