"""The language model of llm-worker: an interface, and an engine with templates that needs no model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

TOKEN_SECONDS = 0.02


class Engine(Protocol):
    """Generates an answer piece by piece."""

    name: str

    def answer(self, prompt: str, memories: Sequence[str], character: str) -> AsyncIterator[str]:
        """Yield the answer to ``prompt``, given memories and the name of the character."""
        ...


class TemplateEngine:
    """Answers questions from memory, and acknowledges everything else."""

    name = "template"

    async def answer(self, prompt: str, memories: Sequence[str], character: str) -> AsyncIterator[str]:
        """Yield the words of the answer."""
        for word in self._text(prompt, memories, character).split(" "):
            await asyncio.sleep(TOKEN_SECONDS)
            yield word + " "

    def _text(self, prompt: str, memories: Sequence[str], character: str) -> str:
        if not prompt.rstrip().endswith("?"):
            return f"Understood. {character} has made a note of that."
        if memories:
            return f"Let me think. You told me this: {memories[0]}"
        return "I have no memory of that. Tell me more."
