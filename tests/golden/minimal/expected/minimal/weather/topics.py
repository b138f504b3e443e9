"""Topics of the ``weather`` domain. Made by topicwright from catalog/weather.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from minimal.weather.models import Reading

WEATHER_READING: Final[Topic[Reading]] = Topic("weather/reading", "weather.reading", Reading)
"""One reading of the station."""
