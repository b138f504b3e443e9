"""Topics of the ``character`` domain. Made by topicwright from catalog/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from request_reply.character.models import CharacterGet, CharacterSection, CharacterSnapshot

CHARACTER_GET: Final[Topic[CharacterGet]] = Topic(
    "character/get", "character.get", CharacterGet, wire="tars", correlation="request_id"
)
"""Send me the character, or one section of it."""
CHARACTER_SNAPSHOT: Final[Topic[CharacterSnapshot]] = Topic(
    "character/result", "character.snapshot", CharacterSnapshot, wire="tars", correlation="request_id"
)
"""The whole character."""
CHARACTER_SECTION: Final[Topic[CharacterSection]] = Topic(
    "character/result", "character.section", CharacterSection, wire="tars", correlation="request_id"
)
"""One section of the character."""
CHARACTER_GET_CALL: Final[Call[CharacterGet, CharacterSnapshot | CharacterSection]] = Call(
    CHARACTER_GET,
    (
        CHARACTER_SNAPSHOT,
        CHARACTER_SECTION,
    ),
)
