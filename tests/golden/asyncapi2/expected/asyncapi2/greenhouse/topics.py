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
    "greenhouse/{house}/climate",
    "climate.measured",
    Climate,
    params=ClimateMeasuredParams,
    headers=ClimateHeaders,
    qos=2,
    retain=True,
)
"""The air, once a minute."""
WINDOW_OPENED: Final[Topic[WindowOpened, WindowOpenedParams]] = Topic(
    "greenhouse/{house}/window", "WindowOpened", WindowOpened, params=WindowOpenedParams
)
WINDOW_CLOSED: Final[Topic[WindowClosed, WindowClosedParams]] = Topic(
    "greenhouse/{house}/window", "window.closed", WindowClosed, params=WindowClosedParams
)
GREENHOUSE_ALARM: Final[Topic[GreenhouseAlarm]] = Topic("greenhouse/alarm", "greenhouse/alarm", GreenhouseAlarm)
"""Something is wrong."""
