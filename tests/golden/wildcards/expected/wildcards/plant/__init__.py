"""The ``plant`` domain. Made by topicwright from catalog/plant.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import wildcards.plant as _plant

if TYPE_CHECKING:
    from wildcards.plant.models import Line as Line
    from wildcards.plant.models import Measured as Measured
    from wildcards.plant.topics import ALL_MEASURED as ALL_MEASURED
    from wildcards.plant.topics import LINE as LINE
    from wildcards.plant.topics import MEASURED_MEASURED as MEASURED_MEASURED
    from wildcards.plant.topics import LineParams as LineParams
    from wildcards.plant.topics import MeasuredMeasuredParams as MeasuredMeasuredParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class PlantTopics(MQTTClient):
    """Publish to and subscribe to the ``plant`` topics; service clients take single methods from here."""

    async def publish_measured_measured(
        self: MQTTClient, data: Measured, *, machine: str, correlation_id: str | None = None
    ) -> str:
        """Publish ``measured``. ``plant/{machine}/data``, QoS 1."""
        return await self.publish(
            _plant.MEASURED_MEASURED,
            data,
            params=_plant.MeasuredMeasuredParams(machine=machine),
            correlation_id=correlation_id,
        )

    async def on_measured_measured(
        self: MQTTClient,
        handler: Handler[Measured, MeasuredMeasuredParams],
        *,
        machine: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``measured``. ``plant/{machine}/data``, QoS 1."""
        return await self.on(_plant.MEASURED_MEASURED, handler, match={"machine": machine}, concurrency=concurrency)

    async def on_all_measured(self: MQTTClient, handler: Handler[Measured], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``measured``. ``plant/+/data``, QoS 1; to plant."""
        return await self.on(_plant.ALL_MEASURED, handler, concurrency=concurrency)

    async def on_line(
        self: MQTTClient, handler: Handler[Line, LineParams], *, machine: str | AnyValue = ANY, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``line``. ``plant/{machine}/log/#``, QoS 1; to plant."""
        return await self.on(_plant.LINE, handler, match={"machine": machine}, concurrency=concurrency)
