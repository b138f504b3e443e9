"""Payloads of the ``character`` topics. Made by topicwright from schema/channels/character.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from topicwright import Model, new_id


class CharacterGetRequest(Model):
    """A question for the character."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    section: str | None = None
    """Which section, such as traits or voice; null for the whole character."""


class CharacterSnapshot(Model):
    """The whole character."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    name: str
    """Name of the character."""
    description: str | None = None
    """Who the character is, in a sentence or two."""
    systemprompt: str | None = None
    """What the language model is told about itself before a conversation."""
    traits: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Value of each trait by name, usually 0..100. Unit: trait 0..100."""
    voice: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Settings of the voice."""
    meta: dict[str, Any] = Field(default_factory=dict[str, Any])
    """About the character file itself, such as author and version."""
    scenario: dict[str, Any] = Field(default_factory=dict[str, Any])
    """The situation that the character is in."""
    personality_notes: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Notes on how the character behaves."""
    example_interactions: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Sample dialogues that show the tone."""


class CharacterSection(Model):
    """One section of the character."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    section: str
    """Which section this is."""
    value: dict[str, Any] | str | None = None
    """The section, as fields or as text; traits are 0..100. Null, or an object with error and available, where there
    is no such section. Unit: trait 0..100."""


class CharacterTraitUpdate(Model):
    """A new value for one trait."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    section: str = "traits"
    """The section that holds the trait."""
    trait: str
    """Name of the trait."""
    value: Annotated[int, Field(ge=0, le=100)]
    """New value of the trait, 0..100. Unit: trait 0..100."""


class CharacterResetTraits(Model):
    """A command to put all traits back."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    action: str = "reset_traits"
    """Always reset_traits; today's memory worker looks for it."""
