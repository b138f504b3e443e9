"""Reason codes that the client acts on (MQTT 5, section 2.4)."""

from __future__ import annotations

from typing import Final

NO_SUBSCRIBERS: Final = 0x10
"""Nobody has subscribed to the topic of a publish (MQTT 5, section 3.4.2.1)."""
FAILURE: Final = 0x80
"""Reason codes from this one on are failures."""
LOGIN_REFUSED: Final = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Those of CONNACK that a retry with the same login and client id gets again."""
UNSPECIFIC: Final = frozenset({0x80, 0x81, 0x82, 0x83})
"""Those of CONNACK that name no cause: one may pass, many in a row do not."""
CONNECT_EXCLUDED: Final = frozenset({0x90, 0x95, 0x99, 0x9A, 0x9B})
"""Those of CONNACK for a CONNECT packet that the broker never takes: its Last Will or its size."""
OTHER_SERVER: Final = frozenset({0x9C, 0x9D})
"""Those of CONNACK and DISCONNECT that send the client to another server (section 4.13)."""
NO_SUBSCRIPTION_EXISTED: Final = 0x11
MALFORMED: Final = 0x81
PROTOCOL_ERROR: Final = 0x82
UNSUPPORTED_VERSION: Final = 0x84
TAKEN_OVER: Final = 0x8E
TOPIC_NAME_INVALID: Final = 0x90
UNKNOWN_PACKET_ID: Final = 0x92
TOPIC_ALIAS_INVALID: Final = 0x94
PACKET_TOO_LARGE: Final = 0x95
PAYLOAD_FORMAT_INVALID: Final = 0x99
RETAIN_NOT_SUPPORTED: Final = 0x9A
QOS_NOT_SUPPORTED: Final = 0x9B
SHARED_NOT_SUPPORTED: Final = 0x9E
WILDCARDS_NOT_SUPPORTED: Final = 0xA2
UNCONDITIONAL: Final = frozenset({0x90, 0x95, 0x99, 0x9A, 0x9B})
"""Those of DISCONNECT that name what a PUBLISH packet did wrong: it would do the same on each connection."""
FAULT_OF_A_PACKET: Final = UNCONDITIONAL | {0x81, 0x82, 0x83, 0x87, 0x8F, 0x94, 0x97, 0x9E, 0xA1, 0xA2}
"""Those of DISCONNECT that may be about a packet of the client."""
NO_FAULT_OF_A_PACKET: Final = frozenset({0x89, 0x8B, 0x8D, 0x8E, 0x93, 0x96, 0x98, 0x9C, 0x9D, 0x9F, 0xA0})
"""Those of DISCONNECT that are about the broker, the connection or the client as a whole."""
ABOUT_A_FILTER: Final = frozenset({0x8F, 0x9E, 0xA1, 0xA2})
"""Those that name what a SUBSCRIBE packet did wrong."""
ABOUT_A_PAYLOAD: Final = frozenset({0x95, 0x99})
"""Those that another message on the same topic need not get."""
