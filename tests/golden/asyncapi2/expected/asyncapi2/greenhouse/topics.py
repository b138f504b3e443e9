"""Topics of the ``greenhouse`` domain. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from topicwright import Topic

from asyncapi2.greenhouse.models import Climate, ClimateHeaders, GreenhouseAlarm, WindowClosed, WindowOpened


@dataclass(frozen=True, slots=True)
class ClimateMeasuredParams:
    """Parameters of ``greenhouse/{house}/climate``."""

    house: Literal["north", "south"]
    """Which house."""


@dataclass(frozen=True, slots=True)
class WindowOpenedParams:
    """Parameters of ``greenhouse/{house}/window``."""

    house: str


@dataclass(frozen=True, slots=True)
class WindowClosedParams:
    """Parameters of ``greenhouse/{house}/window``."""

    house: str


CLIMATE_MEASURED: Final[Topic[Climate, ClimateMeasuredParams, ClimateHeaders]] = Topic(
    address="greenhouse/{house}/climate",
    event_type="climate.measured",
    model=Climate,
    params=ClimateMeasuredParams,
    headers=ClimateHeaders,
    qos=2,
    retain=True,
)
"""The air, once a minute."""
WINDOW_OPENED: Final[Topic[WindowOpened, WindowOpenedParams]] = Topic(
    address="greenhouse/{house}/window", event_type="WindowOpened", model=WindowOpened, params=WindowOpenedParams
)
WINDOW_CLOSED: Final[Topic[WindowClosed, WindowClosedParams]] = Topic(
    address="greenhouse/{house}/window", event_type="window.closed", model=WindowClosed, params=WindowClosedParams
)
GREENHOUSE_ALARM: Final[Topic[GreenhouseAlarm]] = Topic(
    address="greenhouse/alarm", event_type="greenhouse/alarm", model=GreenhouseAlarm
)
"""Something is wrong."""
