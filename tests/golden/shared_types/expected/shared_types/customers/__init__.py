"""Customers. Made by topicwright from catalog/customers.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import shared_types.customers as _customers

if TYPE_CHECKING:
    from shared_types.customers.models import CustomerChange as CustomerChange
    from shared_types.customers.models import Status as Status
    from shared_types.customers.topics import CUSTOMER_CHANGED as CUSTOMER_CHANGED
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class CustomersTopics(MQTTClient):
    """Publish to and subscribe to the ``customers`` topics; service clients take single methods from here."""

    async def publish_customer_changed(
        self: MQTTClient, data: CustomerChange, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``CustomerChanged``. A customer is different now. ``customers/changed``, QoS 1."""
        return await self.publish(_customers.CUSTOMER_CHANGED, data, correlation_id=correlation_id)

    async def on_customer_changed(
        self: MQTTClient, handler: Handler[CustomerChange], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``CustomerChanged``. A customer is different now. ``customers/changed``, QoS 1."""
        return await self.on(_customers.CUSTOMER_CHANGED, handler, concurrency=concurrency)
