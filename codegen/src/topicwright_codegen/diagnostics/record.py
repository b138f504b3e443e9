"""A problem or a change as the formats of other tools have it: a rule, a level, a message and a position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from topicwright_codegen.diagnostics.diagnostics import Diagnostic, Place
from topicwright_codegen.diagnostics.texts import printable

Level: TypeAlias = Literal["error", "warning", "notice"]


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a GitHub or SARIF report."""

    rule: str
    level: Level
    message: str
    place: Place
    title: str = ""
    """The heading of a GitHub annotation, by default the rule."""
    help: str = ""
    """Advice for any record of the rule (SARIF)."""
    pointer: str = ""
    """The JSON pointer of the place (SARIF)."""
    related: tuple[Place, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict[str, object])
    """Further properties of the SARIF result."""


def record_of(diagnostic: Diagnostic) -> Record:
    """Return a diagnostic as a record, with its hint in the message."""
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    message = printable(f"{diagnostic.message}{hint}")
    return Record(diagnostic.code, diagnostic.severity, message, diagnostic.place, related=diagnostic.related)
