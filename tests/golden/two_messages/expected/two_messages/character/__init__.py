"""The ``character`` domain. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import two_messages.character as _character

if TYPE_CHECKING:
    from two_messages.character.models import TraitReset as TraitReset
    from two_messages.character.models import TraitUpdate as TraitUpdate
    from two_messages.character.topics import CHARACTER_TRAIT_RESET as CHARACTER_TRAIT_RESET
    from two_messages.character.topics import CHARACTER_TRAIT_UPDATE as CHARACTER_TRAIT_UPDATE
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class CharacterTopics(MQTTClient):
    """Publish to and subscribe to the ``character`` topics; service clients take single methods from here."""

    async def publish_character_trait_update(
        self: MQTTClient, data: TraitUpdate, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.trait.update``. Set one trait. ``character/update``, QoS 1."""
        return await self.publish(_character.CHARACTER_TRAIT_UPDATE, data, correlation_id=correlation_id)

    async def on_character_trait_update(
        self: MQTTClient, handler: Handler[TraitUpdate], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.trait.update``. Set one trait. ``character/update``, QoS 1."""
        return await self.on(_character.CHARACTER_TRAIT_UPDATE, handler, concurrency=concurrency)

    async def publish_character_trait_reset(
        self: MQTTClient, data: TraitReset, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.trait.reset``. Set all traits back. ``character/update``, QoS 1."""
        return await self.publish(_character.CHARACTER_TRAIT_RESET, data, correlation_id=correlation_id)

    async def on_character_trait_reset(
        self: MQTTClient, handler: Handler[TraitReset], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.trait.reset``. Set all traits back. ``character/update``, QoS 1."""
        return await self.on(_character.CHARACTER_TRAIT_RESET, handler, concurrency=concurrency)
