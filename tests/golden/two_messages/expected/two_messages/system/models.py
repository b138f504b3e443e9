"""Payloads of the ``system`` topics. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from topicwright import RootModel


class Report(RootModel[str]):
    """``Report``."""
