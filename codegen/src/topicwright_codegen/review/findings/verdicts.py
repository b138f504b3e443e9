"""What a change means: the verdicts of both consumers and of Python, and the severity that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, TypeVar

V = TypeVar("V")
Wire: TypeAlias = Literal["ok", "reject", "reject-strict", "miss", "unexpected", "semantic"]
"""What a consumer does with what a producer of the other version writes."""
SourceApi: TypeAlias = Literal["ok", "produce", "read", "both", "import", "exhaustive", "behaviour"]
"""What happens to Python that imports the regenerated SDK."""
Severity: TypeAlias = Literal["breaking", "strict", "dangerous", "source", "docs", "safe"]

SEVERITIES: tuple[Severity, ...] = ("breaking", "strict", "dangerous", "source", "docs", "safe")
"""The worst first."""
_WIRE: tuple[Wire, ...] = ("reject", "miss", "reject-strict", "unexpected", "semantic", "ok")
_SOURCE: tuple[SourceApi, ...] = ("both", "produce", "read", "import", "exhaustive", "behaviour", "ok")


def severity_of(old: Wire, new: Wire, source: SourceApi) -> Severity:
    """Return the severity of three verdicts; what changes nothing is ``safe``."""
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


def worst_wire(verdicts: Iterable[Wire]) -> Wire:
    """Return the worst verdict of a consumer."""
    return _first(_WIRE, verdicts) or "ok"


def worst_source(verdicts: Iterable[SourceApi]) -> SourceApi:
    """Return the worst verdict of Python; publishers and handlers that break are ``both``."""
    found = set(verdicts)
    if {"produce", "read"} <= found:
        return "both"
    return _first(_SOURCE, found) or "ok"


def _first(order: Iterable[V], found: Iterable[V]) -> V | None:
    """Return what comes first in an order among what is found."""
    known = set(found)
    for value in order:
        if value in known:
            return value
    return None
