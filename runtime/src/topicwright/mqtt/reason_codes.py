"""Reason codes that the client acts on (MQTT 5, section 2.4)."""

from __future__ import annotations

from typing import Final

FAILURE: Final = 0x80
"""Reason codes from this one on are failures."""
LOGIN_REFUSED: Final = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Those of CONNACK that a retry with the same login and client id gets again."""
TAKEN_OVER: Final = 0x8E
MALFORMED: Final = 0x81
UNSUPPORTED_VERSION: Final = 0x84
UNCONDITIONAL: Final = frozenset({0x90, 0x95, 0x99, 0x9A, 0x9B})
"""Those of DISCONNECT that name what a PUBLISH packet did wrong: it would do the same on each connection."""
FAULT_OF_A_PACKET: Final = UNCONDITIONAL | {0x81, 0x82, 0x83, 0x87, 0x8F, 0x94, 0x97, 0x9E, 0xA1, 0xA2}
"""Those of DISCONNECT that may be about a packet of the client."""
NO_FAULT_OF_A_PACKET: Final = frozenset({0x89, 0x8B, 0x8D, 0x8E, 0x93, 0x96, 0x98, 0x9C, 0x9D, 0x9F, 0xA0})
"""Those of DISCONNECT that are about the broker, the connection or the client as a whole."""
ABOUT_A_PAYLOAD: Final = frozenset({0x95, 0x99})
"""Those that another message on the same topic need not get."""
