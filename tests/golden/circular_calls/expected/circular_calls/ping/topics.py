"""Topics of the ``ping`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from circular_calls.ping.models import Ping

PING: Final[Topic[Ping]] = Topic("ping/ask", "ping", Ping)
"""Ping asks."""
