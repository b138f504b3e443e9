"""Reason codes that the client acts on (MQTT 5, section 2.4)."""

from __future__ import annotations

from typing import Final

NO_SUBSCRIBERS: Final = 0x10
"""Nobody has subscribed to the topic of a publish (MQTT 5, section 3.4.2.1)."""
FAILURE: Final = 0x80
"""Reason codes from this one on are failures."""
LOGIN_REFUSED: Final = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Those of CONNACK that a retry with the same login and client id gets again."""
TAKEN_OVER: Final = 0x8E
MALFORMED: Final = 0x81
UNSUPPORTED_VERSION: Final = 0x84
