"""Topics of the ``character`` domain. Made by topicwright from schema/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from tars.character.models import (
    CharacterGetRequest,
    CharacterResetTraits,
    CharacterSection,
    CharacterSnapshot,
    CharacterTraitUpdate,
)

CHARACTER_GET: Final[Topic[CharacterGetRequest]] = Topic(
    "character/get",
    "character.get",
    CharacterGetRequest,
    wire="tars",
    expiry=60,
    former_types=("memory.character.get",),
)
"""Ask for the whole character or for one section of it."""
CHARACTER_SNAPSHOT: Final[Topic[CharacterSnapshot]] = Topic(
    "character/result",
    "character.snapshot",
    CharacterSnapshot,
    wire="tars",
    expiry=60,
    former_types=("character.result",),
)
"""The answer where no section was asked for."""
CHARACTER_SECTION: Final[Topic[CharacterSection]] = Topic(
    "character/result",
    "character.section",
    CharacterSection,
    wire="tars",
    expiry=60,
    former_types=("character.result",),
)
"""The answer where a section was asked for."""
CHARACTER_TRAIT_UPDATE: Final[Topic[CharacterTraitUpdate]] = Topic(
    "character/update", "character.trait.update", CharacterTraitUpdate, wire="tars", former_types=("character.update",)
)
"""Set one trait to a value."""
CHARACTER_TRAIT_RESET: Final[Topic[CharacterResetTraits]] = Topic(
    "character/update", "character.trait.reset", CharacterResetTraits, wire="tars"
)
"""Put all traits back to what the character file says."""
SYSTEM_CHARACTER_CURRENT: Final[Topic[CharacterSnapshot]] = Topic(
    "system/character/current", "system.character.current", CharacterSnapshot, wire="tars", retain=True
)
"""The character at start and after each change."""
CHARACTER_GET_CALL: Final[Call[CharacterGetRequest, CharacterSnapshot | CharacterSection]] = Call(
    CHARACTER_GET,
    (
        CHARACTER_SNAPSHOT,
        CHARACTER_SECTION,
    ),
)
