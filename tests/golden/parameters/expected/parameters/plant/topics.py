"""Topics of the ``plant`` domain. Made by topicwright from catalog/devices.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from topicwright import Topic

from parameters.plant.models import Alarm, Temperature


@dataclass(frozen=True, slots=True)
class TemperatureParams:
    """Parameters of ``plant/{hall}/dev-{device_id}/temperature/{class_}``."""

    hall: Literal["north", "south"]
    """Which hall."""
    device_id: str
    """Serial number of the device."""
    class_: str
    """Class of the sensor."""


@dataclass(frozen=True, slots=True)
class AlarmParams:
    """Parameters of ``plant/alarm/{timeout_}``."""

    timeout_: str


TEMPERATURE: Final[Topic[Temperature, TemperatureParams]] = Topic(
    "plant/{hall}/dev-{device_id}/temperature/{class_}", "temperature", Temperature, params=TemperatureParams
)
"""How warm it is."""
ALARM: Final[Topic[Alarm, AlarmParams]] = Topic("plant/alarm/{timeout_}", "alarm", Alarm, params=AlarmParams)
"""Nobody has answered for this long."""
