"""Payloads of the ``bad`` topics. Made by topicwright from catalog/hostile.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from topicwright import Model, Omittable


class BadMessage(Model):
    """\u202e\x07 right to left, bell, and three quotes: \"\"\""""

    a_int_import_os: Annotated[str, Field(pattern="^[\"']+\\\\$", alias="a\"]: int = __import__('os')")] = (
        "\"\"\"'''\n\\N{DIGIT ONE}{{ 7*7 }}"
    )
    """\\\"\"\"\\
    import os"""
    class__: Annotated[Omittable[str], Field(alias="__class__")] = None
    import_os: Annotated[Omittable[Literal['"]; import os; ["', "'''", "\\"]], Field(alias="__import__('os')")] = None
    x_y: Annotated[Omittable[Literal['\n"""\nimport os']], Field(alias="x\ny")] = None
    unit: Omittable[float] = None
    """Unit: \"\"\"
    import os."""
