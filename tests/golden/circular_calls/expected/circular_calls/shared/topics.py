"""Topics of the ``shared`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call

from circular_calls.ping.models import Ping
from circular_calls.ping.topics import PING as _PING
from circular_calls.pong.models import Pong
from circular_calls.pong.topics import PONG as _PONG

PING_CALL: Final[Call[Ping, Pong]] = Call(_PING, (_PONG,))
PONG_CALL: Final[Call[Pong, Ping]] = Call(_PONG, (_PING,))
