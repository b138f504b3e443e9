"""Stores every sentence of the conversation, answers queries, and provides the robot's character."""

from __future__ import annotations

import os

from tars import Event
from tars.character import (
    CharacterGetRequest,
    CharacterResetTraits,
    CharacterSection,
    CharacterSnapshot,
    CharacterTraitUpdate,
)
from tars.memory import MemoryQuery, MemoryQueryResult, MemoryResult
from tars.services import MemoryWorker
from tars.stt import FinalTranscript
from tars.tts import TtsSay

from .memory_store import MemoryStore
from .run import run

TRAITS = {"humor": 75, "honesty": 90}


class Character:
    """The robot's character; its traits can change."""

    def __init__(self) -> None:
        self.traits = dict(TRAITS)

    def snapshot(self) -> CharacterSnapshot:
        """Return the complete character."""
        return CharacterSnapshot(name="TARS", description="A former Marine Corps robot.", traits=dict(self.traits))


async def start(tars: MemoryWorker) -> None:
    """Register the handlers of this service."""
    store = MemoryStore(os.environ.get("MEMORY_DB", "memory.db"))
    character = Character()

    async def remember_user(event: Event[FinalTranscript]) -> None:
        store.remember(event.data.message_id, "user", event.data.text, event.ts)

    async def remember_robot(event: Event[TtsSay]) -> None:
        store.remember(event.data.message_id, "robot", event.data.text, event.ts)

    async def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
        query = event.data
        found = store.search(query.text, query.top_k)
        results = [MemoryResult(document=item.text, score=item.score, timestamp=str(item.ts)) for item in found]
        return MemoryQueryResult(query=query.text, k=query.top_k, results=results, strategy_used="recent")

    async def introduce(event: Event[CharacterGetRequest]) -> CharacterSnapshot | CharacterSection:
        snapshot, section = character.snapshot(), event.data.section
        if section is None:
            return snapshot
        return CharacterSection(section=section, value=snapshot.model_dump().get(section))

    async def change(event: Event[CharacterTraitUpdate]) -> None:
        character.traits[event.data.trait] = event.data.value
        await tars.publish_system_character_current(character.snapshot())

    async def reset(event: Event[CharacterResetTraits]) -> None:
        character.traits = dict(TRAITS)
        await tars.publish_system_character_current(character.snapshot())

    await tars.on_stt_final(remember_user)
    await tars.on_tts_say(remember_robot)
    await tars.serve_memory_query(answer)
    await tars.serve_character_get(introduce)
    await tars.on_character_trait_update(change)
    await tars.on_character_trait_reset(reset)
    await tars.publish_system_character_current(character.snapshot())


if __name__ == "__main__":
    run(MemoryWorker, start)
