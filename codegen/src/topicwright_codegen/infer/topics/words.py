"""Levels that say what a message is, and are never the value of a parameter."""

from __future__ import annotations

from typing import Final

from topicwright_codegen.infer.payloads.texts import is_id, is_version
from topicwright_codegen.schemas.json_schema.units import is_quantity


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES: Final = _split(
    """
    ack acks action actions admin alarm alarms alert alerts announce announcement availability available bridge
    broadcast cmd cmds cmnd command commands config configuration connection control ctrl data ddata debug diag
    diagnostics discovery down downlink error errors event events failed feedback final get global health heartbeat
    in info input inputs job jobs keepalive last_will lwt log logs measurement measurements meta metadata metrics
    notification notifications notify offline online ota out output outputs partial ping pong position progress
    query raw ready rejected reply replies report reports req request requests resp response responses result
    results set setpoint setpoints settings shadow sensor sensors stat state states stats status stream sys system
    tele telemetry uplink up update updates value values version warning warnings will
    """
)
"""Words that systems on MQTT use for the role of a message, in any case."""
_BRACES: Final = frozenset("{}+#")
LONGEST_LEVEL: Final = 120


def is_role(level: str) -> bool:
    """Return whether a level says what is in a message.

    It is a role, a quantity (``temperature``), a version, or begins with ``$`` as the attributes of Homie do.
    """
    return level.lower() in ROLES or is_quantity(level) or is_version(level) or level.startswith("$")


def is_odd(level: str) -> bool:
    """Return whether an address cannot contain a level as it is: braces, control characters, much text."""
    return bool(_BRACES & set(level)) or not level.isprintable() or len(level) > LONGEST_LEVEL or level != level.strip()


def is_value(level: str) -> bool:
    """Return whether a level alone shows that it is the value of a parameter."""
    return is_odd(level) or is_id(level)
