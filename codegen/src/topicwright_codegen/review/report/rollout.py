"""The order in which to deploy: which services first, and where no order helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias

from topicwright_codegen.review.findings.finding import Finding

Order: TypeAlias = Literal["any", "consumers first", "producers first", "expand and contract"]
_HARM = frozenset(("reject", "reject-strict", "miss", "semantic", "unexpected"))
_OWN_SESSION = frozenset(
    (
        "subscription-qos-raised",
        "subscription-qos-lowered",
        "session-shortened",
        "session-lengthened",
        "session-left",
        "packet-size-lowered",
    )
)
"""Settings of a client's own session: they take effect when the client is deployed, in any order."""

ORDER_WORDS: dict[Order, tuple[str, ...]] = {
    "any": (),
    "consumers first": ("consumers before producers", "consumers before the producers"),
    "producers first": ("producers before consumers",),
    "expand and contract": ("expand and contract",),
}
"""The phrases by which an advice names an order itself."""


def order_of(finding: Finding) -> Order:
    """Return the order that one finding asks for, from its verdicts.

    Where only old consumers fail, they are replaced before a new producer writes. Where only new consumers fail, old
    producers are replaced first. Where both fail, no order helps.
    """
    old, new = finding.old in _HARM, finding.new in _HARM
    if finding.severity in ("safe", "docs", "source") or finding.rule in _OWN_SESSION:
        return "any"
    if old and new:
        return "expand and contract"
    return "consumers first" if old else "producers first" if new else "any"


@dataclass(frozen=True, slots=True)
class Rollout:
    """The steps of a deployment."""

    steps: tuple[tuple[str, ...], ...]
    """Services that may be deployed together, the first step first; nothing where no order is needed."""
    unordered: tuple[str, ...]
    """Changes that no order makes safe, each with what to do instead."""


def rollout(findings: Iterable[Finding]) -> Rollout:
    """Return the order that satisfies all findings."""
    before: dict[str, set[str]] = {}
    unordered: list[str] = []
    for finding in findings:
        order = order_of(finding)
        if order == "expand and contract":
            unordered.append(f"{_subject(finding)}: {finding.advice or 'expand and contract'}")
        for earlier, later in _pairs(finding, order):
            before.setdefault(later, set()).add(earlier)
    try:
        return Rollout(tuple(_steps(before)), tuple(dict.fromkeys(unordered)))
    except CycleError as error:
        names: list[str] = error.args[1]
        text = f"{' → '.join(reversed(names))}: each must be deployed before the next; split the change in two releases"
        return Rollout((), (*dict.fromkeys(unordered), text))


def _subject(finding: Finding) -> str:
    return finding.topic or finding.event or finding.rule


def _pairs(finding: Finding, order: Order) -> Iterator[tuple[str, str]]:
    """Yield which service is deployed before which; a service that does both needs no order with itself."""
    first, second = (
        (finding.publishers, finding.consumers)
        if order == "producers first"
        else (finding.consumers, finding.publishers)
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
