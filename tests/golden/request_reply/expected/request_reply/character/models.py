"""Payloads of the ``character`` topics. Made by topicwright from catalog/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from topicwright import Model, new_id


class CharacterGet(Model):
    """``CharacterGet``."""

    request_id: str = Field(default_factory=new_id)
    """Comes back in the answer."""
    section: str | None = None
    """Only this section."""


class CharacterSnapshot(Model):
    """``CharacterSnapshot``."""

    request_id: str
    """From the request."""
    name: str
    """The robot's name."""


class CharacterSection(Model):
    """``CharacterSection``."""

    request_id: str
    """From the request."""
    value: Any
    """The section."""
