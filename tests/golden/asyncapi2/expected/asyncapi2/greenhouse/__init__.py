"""The ``greenhouse`` domain. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import asyncapi2.greenhouse as _greenhouse

if TYPE_CHECKING:
    from asyncapi2.greenhouse.models import Climate as Climate
    from asyncapi2.greenhouse.models import ClimateHeaders as ClimateHeaders
    from asyncapi2.greenhouse.models import GreenhouseAlarm as GreenhouseAlarm
    from asyncapi2.greenhouse.models import WindowClosed as WindowClosed
    from asyncapi2.greenhouse.models import WindowOpened as WindowOpened
    from asyncapi2.greenhouse.topics import CLIMATE_MEASURED as CLIMATE_MEASURED
    from asyncapi2.greenhouse.topics import GREENHOUSE_ALARM as GREENHOUSE_ALARM
    from asyncapi2.greenhouse.topics import WINDOW_CLOSED as WINDOW_CLOSED
    from asyncapi2.greenhouse.topics import WINDOW_OPENED as WINDOW_OPENED
    from asyncapi2.greenhouse.topics import ClimateMeasuredParams as ClimateMeasuredParams
    from asyncapi2.greenhouse.topics import WindowClosedParams as WindowClosedParams
    from asyncapi2.greenhouse.topics import WindowOpenedParams as WindowOpenedParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class GreenhouseTopics(MQTTClient):
    """Publish to and subscribe to the ``greenhouse`` topics; service clients take single methods from here."""

    async def publish_climate_measured(
        self: MQTTClient,
        data: Climate,
        *,
        house: Literal["north", "south"],
        headers: ClimateHeaders,
        correlation_id: str | None = None,
    ) -> str:
        """Publish ``climate.measured``. The air, once a minute. ``greenhouse/{house}/climate``, QoS 2, retained;
        from greenhouse."""
        return await self.publish(
            _greenhouse.CLIMATE_MEASURED,
            data,
            params=_greenhouse.ClimateMeasuredParams(house=house),
            headers=headers,
            correlation_id=correlation_id,
        )

    async def on_climate_measured(
        self: MQTTClient,
        handler: Handler[Climate, ClimateMeasuredParams, ClimateHeaders],
        *,
        house: Literal["north", "south"] | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``climate.measured``. The air, once a minute. ``greenhouse/{house}/climate``,
        QoS 2, retained; from greenhouse."""
        return await self.on(_greenhouse.CLIMATE_MEASURED, handler, match={"house": house}, concurrency=concurrency)

    async def publish_window_opened(
        self: MQTTClient, data: WindowOpened, *, house: str, correlation_id: str | None = None
    ) -> str:
        """Publish ``WindowOpened``. ``greenhouse/{house}/window``, QoS 1; from greenhouse to greenhouse."""
        return await self.publish(
            _greenhouse.WINDOW_OPENED,
            data,
            params=_greenhouse.WindowOpenedParams(house=house),
            correlation_id=correlation_id,
        )

    async def on_window_opened(
        self: MQTTClient,
        handler: Handler[WindowOpened, WindowOpenedParams],
        *,
        house: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``WindowOpened``. ``greenhouse/{house}/window``, QoS 1; from greenhouse to
        greenhouse."""
        return await self.on(_greenhouse.WINDOW_OPENED, handler, match={"house": house}, concurrency=concurrency)

    async def publish_window_closed(
        self: MQTTClient, data: WindowClosed, *, house: str, correlation_id: str | None = None
    ) -> str:
        """Publish ``window.closed``. ``greenhouse/{house}/window``, QoS 1; to greenhouse."""
        return await self.publish(
            _greenhouse.WINDOW_CLOSED,
            data,
            params=_greenhouse.WindowClosedParams(house=house),
            correlation_id=correlation_id,
        )

    async def on_window_closed(
        self: MQTTClient,
        handler: Handler[WindowClosed, WindowClosedParams],
        *,
        house: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``window.closed``. ``greenhouse/{house}/window``, QoS 1; to greenhouse."""
        return await self.on(_greenhouse.WINDOW_CLOSED, handler, match={"house": house}, concurrency=concurrency)

    async def publish_greenhouse_alarm(
        self: MQTTClient, data: GreenhouseAlarm, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``greenhouse/alarm``. Something is wrong. ``greenhouse/alarm``, QoS 1; to greenhouse."""
        return await self.publish(_greenhouse.GREENHOUSE_ALARM, data, correlation_id=correlation_id)

    async def on_greenhouse_alarm(
        self: MQTTClient, handler: Handler[GreenhouseAlarm], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``greenhouse/alarm``. Something is wrong. ``greenhouse/alarm``, QoS 1; to
        greenhouse."""
        return await self.on(_greenhouse.GREENHOUSE_ALARM, handler, concurrency=concurrency)
