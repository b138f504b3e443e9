"""Which parts of the robot are alive. Made by topicwright from schema/channels/health.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import tars.health as _health

if TYPE_CHECKING:
    from tars.health.models import Esp32Health as Esp32Health
    from tars.health.models import HealthPing as HealthPing
    from tars.health.models import HeartbeatPayload as HeartbeatPayload
    from tars.health.topics import HEALTH_ESP32 as HEALTH_ESP32
    from tars.health.topics import HEALTH_HEARTBEAT as HEALTH_HEARTBEAT
    from tars.health.topics import HEALTH_STATUS as HEALTH_STATUS
    from tars.health.topics import HealthHeartbeatParams as HealthHeartbeatParams
    from tars.health.topics import HealthStatusParams as HealthStatusParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class HealthTopics(MQTTClient):
    """Publish to and subscribe to the ``health`` topics; service clients take single methods from here."""

    async def publish_health_status(
        self: MQTTClient, data: HealthPing, *, client_id: str, correlation_id: str | None = None
    ) -> str:
        """Publish ``health.status``. A service is well, or says why not. ``system/health/{client_id}``, QoS 1,
        retained; from camera-service, config-manager, llm-worker, mcp-bridge, memory-worker, movement-service,
        router, stt-worker, tts-worker, ui, ui-eink-display, ui-web, wake-activation to router, ui-web,
        wake-activation."""
        return await self.publish(
            _health.HEALTH_STATUS,
            data,
            params=_health.HealthStatusParams(client_id=client_id),
            correlation_id=correlation_id,
        )

    async def on_health_status(
        self: MQTTClient,
        handler: Handler[HealthPing, HealthStatusParams],
        *,
        client_id: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``health.status``. A service is well, or says why not.
        ``system/health/{client_id}``, QoS 1, retained; from camera-service, config-manager, llm-worker,
        mcp-bridge, memory-worker, movement-service, router, stt-worker, tts-worker, ui, ui-eink-display, ui-web,
        wake-activation to router, ui-web, wake-activation."""
        return await self.on(_health.HEALTH_STATUS, handler, match={"client_id": client_id}, concurrency=concurrency)

    async def publish_health_esp32(self: MQTTClient, data: Esp32Health, *, correlation_id: str | None = None) -> str:
        """Publish ``health.esp32``. The movement controller is well, or says why not.
        ``system/health/movement-esp32``, QoS 1, retained; from esp32-firmware to movement-service, ui-web."""
        return await self.publish(_health.HEALTH_ESP32, data, correlation_id=correlation_id)

    async def on_health_esp32(self: MQTTClient, handler: Handler[Esp32Health], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``health.esp32``. The movement controller is well, or says why not.
        ``system/health/movement-esp32``, QoS 1, retained; from esp32-firmware to movement-service, ui-web."""
        return await self.on(_health.HEALTH_ESP32, handler, concurrency=concurrency)

    async def publish_health_heartbeat(
        self: MQTTClient, data: HeartbeatPayload, *, client_id: str, correlation_id: str | None = None
    ) -> str:
        """Publish ``health.heartbeat``. The connection of a service still works. ``system/keepalive/{client_id}``,
        QoS 0; from camera-service, config-manager, llm-worker, mcp-bridge, memory-worker, movement-service,
        router, stt-worker, tts-worker, ui, ui-eink-display, ui-web, wake-activation to ui-web."""
        return await self.publish(
            _health.HEALTH_HEARTBEAT,
            data,
            params=_health.HealthHeartbeatParams(client_id=client_id),
            correlation_id=correlation_id,
        )

    async def on_health_heartbeat(
        self: MQTTClient,
        handler: Handler[HeartbeatPayload, HealthHeartbeatParams],
        *,
        client_id: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``health.heartbeat``. The connection of a service still works.
        ``system/keepalive/{client_id}``, QoS 0; from camera-service, config-manager, llm-worker, mcp-bridge,
        memory-worker, movement-service, router, stt-worker, tts-worker, ui, ui-eink-display, ui-web,
        wake-activation to ui-web."""
        return await self.on(_health.HEALTH_HEARTBEAT, handler, match={"client_id": client_id}, concurrency=concurrency)
