"""Topics of the ``character`` domain. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from two_messages.character.models import TraitReset, TraitUpdate

CHARACTER_TRAIT_UPDATE: Final[Topic[TraitUpdate]] = Topic(
    "character/update", "character.trait.update", TraitUpdate, wire="tars"
)
"""Set one trait."""
CHARACTER_TRAIT_RESET: Final[Topic[TraitReset]] = Topic(
    "character/update", "character.trait.reset", TraitReset, wire="tars"
)
"""Set all traits back."""
