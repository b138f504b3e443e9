"""Topics of the ``plant`` domain. Made by topicwright from catalog/plant.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from topicwright import Topic

from wildcards.plant.models import Line, Measured


@dataclass(frozen=True, slots=True)
class MeasuredMeasuredParams:
    """Parameters of ``plant/{machine}/data``."""

    machine: str


@dataclass(frozen=True, slots=True)
class LineParams:
    """Parameters of ``plant/{machine}/log/#``."""

    machine: str


MEASURED_MEASURED: Final[Topic[Measured, MeasuredMeasuredParams]] = Topic(
    "plant/{machine}/data", "measured", Measured, params=MeasuredMeasuredParams
)
ALL_MEASURED: Final[Topic[Measured]] = Topic("plant/+/data", "measured", Measured)
LINE: Final[Topic[Line, LineParams]] = Topic("plant/{machine}/log/#", "line", Line, params=LineParams)
