"""Settings that services take over while they run. Made by topicwright from schema/channels/config.yaml; do not
edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import tars.config as _config

if TYPE_CHECKING:
    from tars.config.models import ConfigUpdatePayload as ConfigUpdatePayload
    from tars.config.topics import CONFIG_UPDATE as CONFIG_UPDATE
    from tars.config.topics import ConfigUpdateParams as ConfigUpdateParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class ConfigTopics(MQTTClient):
    """Publish to and subscribe to the ``config`` topics; service clients take single methods from here."""

    async def publish_config_update(
        self: MQTTClient, data: ConfigUpdatePayload, *, service: str, correlation_id: str | None = None
    ) -> str:
        """Publish ``config.update``. These are the settings of the service from now on. ``config/update/{service}``,
        QoS 1, retained; from config-manager to stt-worker, tts-worker."""
        return await self.publish(
            _config.CONFIG_UPDATE,
            data,
            params=_config.ConfigUpdateParams(service=service),
            correlation_id=correlation_id,
        )

    async def on_config_update(
        self: MQTTClient,
        handler: Handler[ConfigUpdatePayload, ConfigUpdateParams],
        *,
        service: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``config.update``. These are the settings of the service from now on.
        ``config/update/{service}``, QoS 1, retained; from config-manager to stt-worker, tts-worker."""
        return await self.on(_config.CONFIG_UPDATE, handler, match={"service": service}, concurrency=concurrency)
