"""The ``class_`` domain. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import names.class_ as _class_

if TYPE_CHECKING:
    from names.class_.models import Größe as Größe
    from names.class_.topics import USER_SIGNED_UP as USER_SIGNED_UP
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class ClassTopics(MQTTClient):
    """Publish to and subscribe to the ``class_`` topics; service clients take single methods from here."""

    async def publish_user_signed_up(self: MQTTClient, data: Größe, *, correlation_id: str | None = None) -> str:
        """Publish ``user/signed-up!``. ``class/slashes``, QoS 1."""
        return await self.publish(_class_.USER_SIGNED_UP, data, correlation_id=correlation_id)

    async def on_user_signed_up(self: MQTTClient, handler: Handler[Größe], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``user/signed-up!``. ``class/slashes``, QoS 1."""
        return await self.on(_class_.USER_SIGNED_UP, handler, concurrency=concurrency)
