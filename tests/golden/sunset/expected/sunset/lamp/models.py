"""Payloads of the ``lamp`` topics. Made by topicwright from catalog/; do not edit."""

from __future__ import annotations

from topicwright import Model, Omittable


class LampSet(Model):
    """LampSet."""

    on: Omittable[bool] = None


class LampState(Model):
    """``LampState``."""

    on: Omittable[bool] = None
    level: Omittable[int] = None
    """Brightness in percent. Deprecated; it goes away after 2027-06-30."""


class LampFailedHeaders(Model):
    """LampHeaders."""

    trace: Omittable[str] = None


class LampAsk(Model):
    """LampAsk."""

    room: Omittable[str] = None
