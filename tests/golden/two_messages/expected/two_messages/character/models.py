"""Payloads of the ``character`` topics. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from topicwright import Model


class TraitUpdate(Model):
    """``TraitUpdate``."""

    trait: str
    value: Annotated[int, Field(ge=0, le=100)]


class TraitReset(Model):
    """``TraitReset``."""
