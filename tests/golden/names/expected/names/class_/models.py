"""Payloads of the ``class_`` topics. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from topicwright import Model, Omittable


class Größe(Model):
    """``Größe``."""

    größe: Omittable[float] = None
