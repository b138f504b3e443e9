"""Topics of the ``character`` domain. Made by topicwright from catalog/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from request_reply.character.models import CharacterGet, CharacterSection, CharacterSnapshot

CHARACTER_GET: Final[Topic[CharacterGet]] = Topic(
    address="character/get", event_type="character.get", model=CharacterGet, wire="tars", correlation="request_id"
)
"""Send me the character, or one section of it."""
CHARACTER_SNAPSHOT: Final[Topic[CharacterSnapshot]] = Topic(
    address="character/result",
    event_type="character.snapshot",
    model=CharacterSnapshot,
    wire="tars",
    correlation="request_id",
)
"""The whole character."""
CHARACTER_SECTION: Final[Topic[CharacterSection]] = Topic(
    address="character/result",
    event_type="character.section",
    model=CharacterSection,
    wire="tars",
    correlation="request_id",
)
"""One section of the character."""
CHARACTER_GET_CALL: Final[Call[CharacterGet, CharacterSnapshot | CharacterSection]] = Call(
    request=CHARACTER_GET,
    replies=(
        CHARACTER_SNAPSHOT,
        CHARACTER_SECTION,
    ),
)
