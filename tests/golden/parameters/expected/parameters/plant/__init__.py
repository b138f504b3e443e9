"""The ``plant`` domain. Made by topicwright from catalog/devices.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import parameters.plant as _plant

if TYPE_CHECKING:
    from parameters.plant.models import Alarm as Alarm
    from parameters.plant.models import Temperature as Temperature
    from parameters.plant.topics import ALARM as ALARM
    from parameters.plant.topics import TEMPERATURE as TEMPERATURE
    from parameters.plant.topics import AlarmParams as AlarmParams
    from parameters.plant.topics import TemperatureParams as TemperatureParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class PlantTopics(MQTTClient):
    """Publish to and subscribe to the ``plant`` topics; service clients take single methods from here."""

    async def publish_temperature(
        self: MQTTClient,
        data: Temperature,
        *,
        hall: Literal["north", "south"],
        device_id: str,
        class_: str = "standard",
        correlation_id: str | None = None,
    ) -> str:
        """Publish ``temperature``. How warm it is. ``plant/{hall}/dev-{device_id}/temperature/{class_}``, QoS 1."""
        return await self.publish(
            _plant.TEMPERATURE,
            data,
            params=_plant.TemperatureParams(hall=hall, device_id=device_id, class_=class_),
            correlation_id=correlation_id,
        )

    async def on_temperature(
        self: MQTTClient,
        handler: Handler[Temperature, TemperatureParams],
        *,
        hall: Literal["north", "south"] | AnyValue = ANY,
        device_id: str | AnyValue = ANY,
        class_: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``temperature``. How warm it is.
        ``plant/{hall}/dev-{device_id}/temperature/{class_}``, QoS 1."""
        return await self.on(
            _plant.TEMPERATURE,
            handler,
            match={"hall": hall, "device_id": device_id, "class_": class_},
            concurrency=concurrency,
        )

    async def publish_alarm(self: MQTTClient, data: Alarm, *, timeout_: str, correlation_id: str | None = None) -> str:
        """Publish ``alarm``. Nobody has answered for this long. ``plant/alarm/{timeout_}``, QoS 1."""
        return await self.publish(
            _plant.ALARM, data, params=_plant.AlarmParams(timeout_=timeout_), correlation_id=correlation_id
        )

    async def on_alarm(
        self: MQTTClient, handler: Handler[Alarm, AlarmParams], *, timeout_: str | AnyValue = ANY, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``alarm``. Nobody has answered for this long. ``plant/alarm/{timeout_}``, QoS 1."""
        return await self.on(_plant.ALARM, handler, match={"timeout_": timeout_}, concurrency=concurrency)
