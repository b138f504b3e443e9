"""Character. Made by topicwright from catalog/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Responder, Subscription, lazy_exports

import request_reply.character as _character

if TYPE_CHECKING:
    from request_reply.character.models import CharacterGet as CharacterGet
    from request_reply.character.models import CharacterSection as CharacterSection
    from request_reply.character.models import CharacterSnapshot as CharacterSnapshot
    from request_reply.character.topics import CHARACTER_GET as CHARACTER_GET
    from request_reply.character.topics import CHARACTER_GET_CALL as CHARACTER_GET_CALL
    from request_reply.character.topics import CHARACTER_SECTION as CHARACTER_SECTION
    from request_reply.character.topics import CHARACTER_SNAPSHOT as CHARACTER_SNAPSHOT
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class CharacterTopics(MQTTClient):
    """Publish to and subscribe to the ``character`` topics; service clients take single methods from here."""

    async def publish_character_get(self: MQTTClient, data: CharacterGet, *, correlation_id: str | None = None) -> str:
        """Publish ``character.get``. Send me the character, or one section of it. ``character/get``, QoS 1; from
        llm-worker to memory-worker."""
        return await self.publish(_character.CHARACTER_GET, data, correlation_id=correlation_id)

    async def on_character_get(
        self: MQTTClient, handler: Handler[CharacterGet], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.get``. Send me the character, or one section of it.
        ``character/get``, QoS 1; from llm-worker to memory-worker."""
        return await self.on(_character.CHARACTER_GET, handler, concurrency=concurrency)

    async def request_character_get(
        self: MQTTClient, data: CharacterGet, *, timeout: float = 30.0
    ) -> CharacterSnapshot | CharacterSection:
        """Send ``character.get`` and wait for ``character.snapshot`` or ``character.section``. Send me the
        character, or one section of it. ``character/get``, QoS 1; from llm-worker to memory-worker."""
        return await self.request(_character.CHARACTER_GET_CALL, data, timeout=timeout)

    async def serve_character_get(
        self: MQTTClient,
        responder: Responder[CharacterGet, CharacterSnapshot | CharacterSection],
        *,
        concurrency: int = 1,
    ) -> Subscription:
        """Answer each ``character.get`` with ``character.snapshot`` or ``character.section``. Send me the character,
        or one section of it. ``character/get``, QoS 1; from llm-worker to memory-worker."""
        return await self.serve(_character.CHARACTER_GET_CALL, responder, concurrency=concurrency)

    async def publish_character_snapshot(
        self: MQTTClient, data: CharacterSnapshot, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.snapshot``. The whole character. ``character/result``, QoS 1; from memory-worker to
        llm-worker."""
        return await self.publish(_character.CHARACTER_SNAPSHOT, data, correlation_id=correlation_id)

    async def on_character_snapshot(
        self: MQTTClient, handler: Handler[CharacterSnapshot], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.snapshot``. The whole character. ``character/result``, QoS 1; from
        memory-worker to llm-worker."""
        return await self.on(_character.CHARACTER_SNAPSHOT, handler, concurrency=concurrency)

    async def publish_character_section(
        self: MQTTClient, data: CharacterSection, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``character.section``. One section of the character. ``character/result``, QoS 1; from
        memory-worker to llm-worker."""
        return await self.publish(_character.CHARACTER_SECTION, data, correlation_id=correlation_id)

    async def on_character_section(
        self: MQTTClient, handler: Handler[CharacterSection], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``character.section``. One section of the character. ``character/result``, QoS
        1; from memory-worker to llm-worker."""
        return await self.on(_character.CHARACTER_SECTION, handler, concurrency=concurrency)
