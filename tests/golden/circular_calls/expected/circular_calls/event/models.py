"""Payloads of the ``event`` topics. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from topicwright import Model, Omittable


class EventEvent(Model):
    """Part of ``Event_``."""

    at: Omittable[float] = None


class Event_(Model):
    """``Event_``."""

    event: Omittable[EventEvent] = None
