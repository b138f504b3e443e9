"""Many topics: units with sensors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FleetParams:
    """Parameters of ``fleet/{unit}/{sensor}``."""

    unit: str
    sensor: str


def fleet(units: int, sensors: int) -> list[str]:
    """Return all topics."""
    return [f"fleet/u{unit}/s{sensor}" for unit in range(units) for sensor in range(sensors)]
