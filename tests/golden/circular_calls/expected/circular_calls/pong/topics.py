"""Topics of the ``pong`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from circular_calls.pong.models import Pong

PONG: Final[Topic[Pong]] = Topic("pong/ask", "pong", Pong)
"""Pong asks."""
