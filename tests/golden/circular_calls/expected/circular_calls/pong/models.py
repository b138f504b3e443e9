"""Payloads of the ``pong`` topics. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from topicwright import RootModel


class Pong(RootModel[int]):
    """``Pong``."""
