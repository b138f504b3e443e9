"""The targets, as ratios in one run, and whether they are met."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Final

from .measures import MEASURES

Result = dict[str, float]
Samples = dict[tuple[str, str], list[Result]]
"""By measure and client: the result of each round, empty where it failed."""
MEMORY_LIMIT: Final = 12.0
MEMORY_OF: Final = ("ours", "pydantic")
"""Whose idle memory is compared."""
BY_NAME: Final = {measure.name: measure for measure in MEASURES}
assert len(BY_NAME) == len(MEASURES), "two measures have one name"


@dataclass(frozen=True)
class Target:
    """What one client may take at most, as a multiple of what another takes; below 1 it has to be cheaper."""

    measure: str
    other: str
    limit: float
    client: str = "ours"
    other_measure: str = ""
    """Where the two differ in what they do, and not in who does it."""
    metric: str = ""

    @property
    def name(self) -> str:
        """What the two runs are compared by."""
        kind = f" {self.metric}" if self.metric else ""
        return f"{self.client} {self.measure}{kind} : {self.other} {self.other_measure or self.measure}"

    @property
    def unit(self) -> str:
        """What is compared."""
        return self.metric or BY_NAME[self.measure].metric

    @property
    def wanted(self) -> str:
        if self.limit > 1:
            return f"at most {self.limit:g} times"
        return "less than" if self.limit == 1 else f"{1 / self.limit:g} times cheaper than"

    def ratios(self, samples: Samples) -> list[float]:
        """Return the ratio of each round in which both were measured."""
        unit = self.unit
        mine = samples.get((self.measure, self.client), [])
        theirs = samples.get((self.other_measure or self.measure, self.other), [])
        return [a[unit] / b[unit] for a, b in zip(mine, theirs, strict=False) if unit in a and unit in b]

    def ratio(self, samples: Samples) -> float | None:
        """Return the median of the ratios of all rounds; None where it was not measured."""
        found = self.ratios(samples)
        return statistics.median(found) if found else None


TARGETS: Final = (
    Target("receive-1", "bare+codec", 1.5),
    Target("receive-1", "aiomqtt", 1 / 5),
    Target("receive-1", "FastStream", 1 / 10),
    Target("judged-1", "ours", 2.0, other_measure="receive-1"),
    Target("publish-0", "bare+codec", 1.6),
    Target("publish-0", "aiomqtt", 1 / 7),
    Target("publish-0", "FastStream", 1 / 2.5),
    Target("publish-64", "bare+codec", 1.6),
    Target("publish-64", "aiomqtt", 1 / 4),
    Target("request", "bare+codec", 1.5),
    *(Target("request", other, 1.0) for other in ("gmqtt", "zmqtt", "FastStream")),
    Target("topics-2000", "ours", 1.3, other_measure="topics-1"),
    *(
        Target(measure, "aiomqtt-3.1.1", 1.0, client="ours-3.1.1")
        for measure in ("publish-0", "publish-1", "publish-64", "receive-0", "receive-1", "request")
    ),
)


NONE: Final = float("inf")
BESIDE: Final = (
    *(Target(measure, "bare", NONE) for measure in ("publish-0", "publish-64", "receive-1")),
    *(Target(measure, "gmqtt", NONE) for measure in ("publish-0", "publish-64", "receive-1")),
    *(Target("paced-1", other, NONE) for other in ("bare+codec", "aiomqtt", "FastStream", "gmqtt")),
    *(Target("request", other, NONE, metric="cpu") for other in ("bare+codec", "gmqtt")),
    Target("request", "gmqtt", NONE, metric="p99"),
    Target("topics-2000-paced", "ours", NONE, other_measure="topics-1-paced"),
)
"""What has no target and belongs to the picture: bytes, the nearest peer, and messages that come one by one."""


def compared(measure: str, client: str) -> bool:
    """Return whether a target says something about this client in this measure."""
    if measure == "idle":
        return client in MEMORY_OF
    sides = ((t.measure, t.client, t.other_measure or t.measure, t.other) for t in (*TARGETS, *BESIDE))
    return any((measure, client) in ((mine, who), (theirs, other)) for mine, who, theirs, other in sides)


def extra_memory(samples: Samples) -> float | None:
    """Return the idle memory above a process that has pydantic and an event loop alone, in MB."""
    mine, floor = samples.get(("idle", "ours"), []), samples.get(("idle", "pydantic"), [])
    found = [a["idle"] - b["idle"] for a, b in zip(mine, floor, strict=False) if a and b]
    return statistics.median(found) if found else None
