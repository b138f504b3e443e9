"""No client at all: an event loop and one model, which is what any typed asyncio program has."""

from __future__ import annotations

from pydantic import BaseModel, TypeAdapter

from .base import Peer


class Point(BaseModel):
    """Any model."""

    x: float
    y: float


class PydanticOnly(Peer):
    """The floor that idle memory is counted from."""

    async def open(self) -> None:
        TypeAdapter(Point).validate_json(b'{"x":1,"y":2}')
