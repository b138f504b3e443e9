"""Who the robot is, its name, traits and voice, and how that is read and changed. Made by topicwright from
schema/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Responder, Subscription, lazy_exports

import tars.character as _character

if TYPE_CHECKING:
    from tars.character.models import CharacterGetRequest as CharacterGetRequest
    from tars.character.models import CharacterResetTraits as CharacterResetTraits
    from tars.character.models import CharacterSection as CharacterSection
    from tars.character.models import CharacterSnapshot as CharacterSnapshot
    from tars.character.models import CharacterTraitUpdate as CharacterTraitUpdate
    from tars.character.topics import CHARACTER_GET as CHARACTER_GET
    from tars.character.topics import CHARACTER_GET_CALL as CHARACTER_GET_CALL
    from tars.character.topics import CHARACTER_SECTION as CHARACTER_SECTION
    from tars.character.topics import CHARACTER_SNAPSHOT as CHARACTER_SNAPSHOT
    from tars.character.topics import CHARACTER_TRAIT_RESET as CHARACTER_TRAIT_RESET
    from tars.character.topics import CHARACTER_TRAIT_UPDATE as CHARACTER_TRAIT_UPDATE
    from tars.character.topics import SYSTEM_CHARACTER_CURRENT as SYSTEM_CHARACTER_CURRENT
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class CharacterTopics(MQTTClient):
    """Publish to and subscribe to the ``character`` topics; service clients take single methods from here."""

    async def publish_character_get(
        self: MQTTClient, data: CharacterGetRequest, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.get``. Ask for the whole character or for one section of it. ``character/get``, QoS 1,
        expires after 60 s; from llm-worker to memory-worker."""
        return await self.publish(_character.CHARACTER_GET, data, correlation_id=correlation_id)

    async def on_character_get(
        self: MQTTClient, handler: Handler[CharacterGetRequest], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.get``. Ask for the whole character or for one section of it.
        ``character/get``, QoS 1, expires after 60 s; from llm-worker to memory-worker."""
        return await self.on(_character.CHARACTER_GET, handler, concurrency=concurrency)

    async def request_character_get(
        self: MQTTClient, data: CharacterGetRequest, *, timeout: float = 30.0
    ) -> CharacterSnapshot | CharacterSection:
        """Send ``character.get`` and wait for ``character.snapshot`` or ``character.section``. Ask for the whole
        character or for one section of it. ``character/get``, QoS 1, expires after 60 s; from llm-worker to
        memory-worker."""
        return await self.request(_character.CHARACTER_GET_CALL, data, timeout=timeout)

    async def serve_character_get(
        self: MQTTClient,
        responder: Responder[CharacterGetRequest, CharacterSnapshot | CharacterSection],
        *,
        concurrency: int = 1,
    ) -> Subscription:
        """Answer each ``character.get`` with ``character.snapshot`` or ``character.section``. Ask for the whole
        character or for one section of it. ``character/get``, QoS 1, expires after 60 s; from llm-worker to
        memory-worker."""
        return await self.serve(_character.CHARACTER_GET_CALL, responder, concurrency=concurrency)

    async def publish_character_snapshot(
        self: MQTTClient, data: CharacterSnapshot, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.snapshot``. The answer where no section was asked for. ``character/result``, QoS 1,
        expires after 60 s; from memory-worker to llm-worker."""
        return await self.publish(_character.CHARACTER_SNAPSHOT, data, correlation_id=correlation_id)

    async def on_character_snapshot(
        self: MQTTClient, handler: Handler[CharacterSnapshot], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.snapshot``. The answer where no section was asked for.
        ``character/result``, QoS 1, expires after 60 s; from memory-worker to llm-worker."""
        return await self.on(_character.CHARACTER_SNAPSHOT, handler, concurrency=concurrency)

    async def publish_character_section(
        self: MQTTClient, data: CharacterSection, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.section``. The answer where a section was asked for. ``character/result``, QoS 1,
        expires after 60 s; from memory-worker to llm-worker."""
        return await self.publish(_character.CHARACTER_SECTION, data, correlation_id=correlation_id)

    async def on_character_section(
        self: MQTTClient, handler: Handler[CharacterSection], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.section``. The answer where a section was asked for.
        ``character/result``, QoS 1, expires after 60 s; from memory-worker to llm-worker."""
        return await self.on(_character.CHARACTER_SECTION, handler, concurrency=concurrency)

    async def publish_character_trait_update(
        self: MQTTClient, data: CharacterTraitUpdate, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.trait.update``. Set one trait to a value. ``character/update``, QoS 1; from llm-worker
        to memory-worker."""
        return await self.publish(_character.CHARACTER_TRAIT_UPDATE, data, correlation_id=correlation_id)

    async def on_character_trait_update(
        self: MQTTClient, handler: Handler[CharacterTraitUpdate], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.trait.update``. Set one trait to a value. ``character/update``, QoS
        1; from llm-worker to memory-worker."""
        return await self.on(_character.CHARACTER_TRAIT_UPDATE, handler, concurrency=concurrency)

    async def publish_character_trait_reset(
        self: MQTTClient, data: CharacterResetTraits, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.trait.reset``. Put all traits back to what the character file says.
        ``character/update``, QoS 1; from llm-worker to memory-worker."""
        return await self.publish(_character.CHARACTER_TRAIT_RESET, data, correlation_id=correlation_id)

    async def on_character_trait_reset(
        self: MQTTClient, handler: Handler[CharacterResetTraits], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.trait.reset``. Put all traits back to what the character file says.
        ``character/update``, QoS 1; from llm-worker to memory-worker."""
        return await self.on(_character.CHARACTER_TRAIT_RESET, handler, concurrency=concurrency)

    async def publish_system_character_current(
        self: MQTTClient, data: CharacterSnapshot, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``system.character.current``. The character at start and after each change.
        ``system/character/current``, QoS 1, retained; from memory-worker to llm-worker."""
        return await self.publish(_character.SYSTEM_CHARACTER_CURRENT, data, correlation_id=correlation_id)

    async def on_system_character_current(
        self: MQTTClient, handler: Handler[CharacterSnapshot], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``system.character.current``. The character at start and after each change.
        ``system/character/current``, QoS 1, retained; from memory-worker to llm-worker."""
        return await self.on(_character.SYSTEM_CHARACTER_CURRENT, handler, concurrency=concurrency)
