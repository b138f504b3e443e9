"""Payloads of the ``camera`` topics. Made by topicwright from catalog/camera.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from topicwright import Model, Omittable


class FrameHeaders(Model):
    """``FrameHeaders``."""

    trace_id: Annotated[Omittable[str], Field(alias="trace-id")] = None
    """Follows a message through the system."""
    width: int
    """Width of the picture. Unit: px."""


class NoteHeaders(Model):
    """``NoteHeaders``."""

    lang: str = "en"
    """Language of the text."""


class Note(Model):
    """``Note``."""

    text: Omittable[str] = None
