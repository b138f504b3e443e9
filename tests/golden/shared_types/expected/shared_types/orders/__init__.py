"""Orders. Made by topicwright from catalog/orders.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import shared_types.orders as _orders

if TYPE_CHECKING:
    from shared_types.orders.topics import ORDER_PLACED as ORDER_PLACED
    from shared_types.shared.models import Order as Order
else:
    __getattr__, __dir__ = lazy_exports(__name__, "topics")


class OrdersTopics(MQTTClient):
    """Publish to and subscribe to the ``orders`` topics; service clients take single methods from here."""

    async def publish_order_placed(self: MQTTClient, data: Order, *, correlation_id: str | None = None) -> str:
        """Publish ``OrderPlaced``. A customer wants something. ``orders/placed``, QoS 1."""
        return await self.publish(_orders.ORDER_PLACED, data, correlation_id=correlation_id)

    async def on_order_placed(self: MQTTClient, handler: Handler[Order], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``OrderPlaced``. A customer wants something. ``orders/placed``, QoS 1."""
        return await self.on(_orders.ORDER_PLACED, handler, concurrency=concurrency)
