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
    address="character/get",
    event_type="character.get",
    model=CharacterGetRequest,
    wire="tars",
    expiry=60,
    former_types=("memory.character.get",),
)
"""Ask for the whole character or for one section of it."""
CHARACTER_SNAPSHOT: Final[Topic[CharacterSnapshot]] = Topic(
    address="character/result",
    event_type="character.snapshot",
    model=CharacterSnapshot,
    wire="tars",
    expiry=60,
    former_types=("character.result",),
)
"""The answer where no section was asked for."""
CHARACTER_SECTION: Final[Topic[CharacterSection]] = Topic(
    address="character/result",
    event_type="character.section",
    model=CharacterSection,
    wire="tars",
    expiry=60,
    former_types=("character.result",),
)
"""The answer where a section was asked for."""
CHARACTER_TRAIT_UPDATE: Final[Topic[CharacterTraitUpdate]] = Topic(
    address="character/update",
    event_type="character.trait.update",
    model=CharacterTraitUpdate,
    wire="tars",
    former_types=("character.update",),
)
"""Set one trait to a value."""
CHARACTER_TRAIT_RESET: Final[Topic[CharacterResetTraits]] = Topic(
    address="character/update", event_type="character.trait.reset", model=CharacterResetTraits, wire="tars"
)
"""Put all traits back to what the character file says."""
SYSTEM_CHARACTER_CURRENT: Final[Topic[CharacterSnapshot]] = Topic(
    address="system/character/current",
    event_type="system.character.current",
    model=CharacterSnapshot,
    wire="tars",
    retain=True,
)
"""The character at start and after each change."""
CHARACTER_GET_CALL: Final[Call[CharacterGetRequest, CharacterSnapshot | CharacterSection]] = Call(
    request=CHARACTER_GET,
    replies=(
        CHARACTER_SNAPSHOT,
        CHARACTER_SECTION,
    ),
)
