"""The order in which to deploy: which services first, and where no order helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias

from topicwright_codegen.review.findings.finding import Finding

Order: TypeAlias = Literal["any", "consumers first", "producers first", "expand and contract"]
_HARM = frozenset(("reject", "reject-strict", "miss", "semantic", "unexpected"))
_OWN = frozenset(
    (
        "subscription-qos-raised",
        "subscription-qos-lowered",
        "session-shortened",
        "session-lengthened",
        "session-left",
        "packet-size-lowered",
    )
)
"""What a client asks of its own broker: it takes effect when the client is deployed, whoever else is before it."""

ORDER_WORDS: dict[Order, tuple[str, ...]] = {
    "any": (),
    "consumers first": ("consumers before producers", "consumers before the producers"),
    "producers first": ("producers before consumers",),
    "expand and contract": ("expand and contract",),
}
"""How an advice says an order itself."""


def order_of(found: Finding) -> Order:
    """Return the order that one finding asks for, from its verdicts.

    Where only old consumers fail, they must be gone before a new producer writes; where only new consumers fail, no
    old producer may write any more; where both do, no order helps.
    """
    old, new = found.old in _HARM, found.new in _HARM
    if found.severity in ("safe", "docs", "source") or found.rule in _OWN:
        return "any"
    if old and new:
        return "expand and contract"
    return "consumers first" if old else "producers first" if new else "any"


@dataclass(frozen=True, slots=True)
class Rollout:
    """The steps of a deployment."""

    steps: tuple[tuple[str, ...], ...]
    """Services that may be deployed together, the first step first; nothing where no order is needed."""
    apart: tuple[str, ...]
    """What no order makes safe, and what to do instead."""


def rollout(findings: Iterable[Finding]) -> Rollout:
    """Return the order that satisfies all findings."""
    before: dict[str, set[str]] = {}
    apart: list[str] = []
    for found in findings:
        order = order_of(found)
        if order == "expand and contract":
            apart.append(f"{_what(found)}: {found.advice or 'expand and contract'}")
        for earlier, later in _pairs(found, order):
            before.setdefault(later, set()).add(earlier)
    try:
        return Rollout(tuple(_steps(before)), tuple(dict.fromkeys(apart)))
    except CycleError as error:
        names: list[str] = error.args[1]
        text = f"{' → '.join(reversed(names))}: each must be deployed before the next; split the change in two releases"
        return Rollout((), (*dict.fromkeys(apart), text))


def _what(found: Finding) -> str:
    return found.topic or found.event or found.rule


def _pairs(found: Finding, order: Order) -> Iterator[tuple[str, str]]:
    """Yield which service is deployed before which; a service that does both needs no order with itself."""
    first, second = (
        (found.publishers, found.consumers) if order == "producers first" else (found.consumers, found.publishers)
    )
    if order in ("consumers first", "producers first"):
        yield from ((one, other) for one in first for other in second if one != other)


def _steps(before: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    sorter = TopologicalSorter(before)
    sorter.prepare()
    while sorter.is_active():
        ready = tuple(sorted(sorter.get_ready()))
        yield ready
        sorter.done(*ready)
