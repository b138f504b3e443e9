"""Verdicts of a change, for both consumers and for Python, and the severity that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, TypeVar

V = TypeVar("V")
ConsumerVerdict: TypeAlias = Literal["ok", "reject", "reject-strict", "miss", "unexpected", "semantic"]
"""How a consumer treats the messages of a producer of the other version."""
SourceApi: TypeAlias = Literal["ok", "produce", "read", "both", "import", "exhaustive", "behaviour"]
"""The part of Python that breaks when it imports the regenerated SDK."""
Severity: TypeAlias = Literal["breaking", "strict", "dangerous", "source", "docs", "safe"]
Effort: TypeAlias = Literal["low", "normal", "high"]
"""How many messages are tried on both versions of a payload."""

EFFORTS: tuple[Effort, ...] = ("low", "normal", "high")
SEVERITIES: tuple[Severity, ...] = ("breaking", "strict", "dangerous", "source", "docs", "safe")
"""The worst first."""
_CONSUMER: tuple[ConsumerVerdict, ...] = ("reject", "miss", "reject-strict", "unexpected", "semantic", "ok")
_SOURCE: tuple[SourceApi, ...] = ("both", "produce", "read", "import", "exhaustive", "behaviour", "ok")


def severity_of(old: ConsumerVerdict, new: ConsumerVerdict, source: SourceApi) -> Severity:
    """Return the severity of three verdicts; a change without effect is ``safe``."""
    wire = {old, new}
    if wire & {"reject", "miss"}:
        return "breaking"
    if "reject-strict" in wire:
        return "strict"
    if wire & {"unexpected", "semantic"} or source == "behaviour":
        return "dangerous"
    return "safe" if source == "ok" else "source"


def worst(severities: Iterable[Severity]) -> Severity:
    """Return the worst severity; ``safe`` where there is none."""
    return _first(SEVERITIES, severities) or "safe"


def worst_for_consumers(verdicts: Iterable[ConsumerVerdict]) -> ConsumerVerdict:
    """Return the worst verdict of a consumer."""
    return _first(_CONSUMER, verdicts) or "ok"


def worst_for_python(verdicts: Iterable[SourceApi]) -> SourceApi:
    """Return the worst verdict of Python; publishers and handlers that break are ``both``."""
    known = set(verdicts)
    if {"produce", "read"} <= known:
        return "both"
    return _first(_SOURCE, known) or "ok"


def _first(order: Iterable[V], values: Iterable[V]) -> V | None:
    """Return the value that comes first in an order."""
    known = set(values)
    for value in order:
        if value in known:
            return value
    return None
