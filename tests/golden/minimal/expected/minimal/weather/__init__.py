"""The ``weather`` domain. Made by topicwright from catalog/weather.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import minimal.weather as _weather

if TYPE_CHECKING:
    from minimal.weather.models import Reading as Reading
    from minimal.weather.topics import WEATHER_READING as WEATHER_READING
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class WeatherTopics(MQTTClient):
    """Publish to and subscribe to the ``weather`` topics; service clients take single methods from here."""

    async def publish_weather_reading(self: MQTTClient, data: Reading, *, correlation_id: str | None = None) -> str:
        """Publish ``weather.reading``. One reading of the station. ``weather/reading``, QoS 1."""
        return await self.publish(_weather.WEATHER_READING, data, correlation_id=correlation_id)

    async def on_weather_reading(self: MQTTClient, handler: Handler[Reading], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``weather.reading``. One reading of the station. ``weather/reading``, QoS 1."""
        return await self.on(_weather.WEATHER_READING, handler, concurrency=concurrency)
