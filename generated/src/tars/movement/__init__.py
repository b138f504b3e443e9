"""How the robot moves. All but movement/command is bare JSON, because the ESP32 cannot read an envelope. Made by
topicwright from schema/channels/movement.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Responder, Subscription, lazy_exports

import tars.movement as _movement

if TYPE_CHECKING:
    from tars.movement.models import EmergencyStopCommand as EmergencyStopCommand
    from tars.movement.models import MovementCommand as MovementCommand
    from tars.movement.models import MovementFrame as MovementFrame
    from tars.movement.models import MovementState as MovementState
    from tars.movement.models import MovementStatusUpdate as MovementStatusUpdate
    from tars.movement.models import TestMovementRequest as TestMovementRequest
    from tars.movement.topics import MOVEMENT_COMMAND as MOVEMENT_COMMAND
    from tars.movement.topics import MOVEMENT_FRAME as MOVEMENT_FRAME
    from tars.movement.topics import MOVEMENT_STATE as MOVEMENT_STATE
    from tars.movement.topics import MOVEMENT_STATUS as MOVEMENT_STATUS
    from tars.movement.topics import MOVEMENT_STOP as MOVEMENT_STOP
    from tars.movement.topics import MOVEMENT_TEST as MOVEMENT_TEST
    from tars.movement.topics import MOVEMENT_TEST_CALL as MOVEMENT_TEST_CALL
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class MovementTopics(MQTTClient):
    """Publish to and subscribe to the ``movement`` topics; service clients take single methods from here."""

    async def publish_movement_command(
        self: MQTTClient, data: MovementCommand, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``movement.command``. Carry out this movement. ``movement/command``, QoS 1, expires after 10 s;
        from mcp-bridge to movement-service."""
        return await self.publish(_movement.MOVEMENT_COMMAND, data, correlation_id=correlation_id)

    async def on_movement_command(
        self: MQTTClient, handler: Handler[MovementCommand], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``movement.command``. Carry out this movement. ``movement/command``, QoS 1,
        expires after 10 s; from mcp-bridge to movement-service."""
        return await self.on(_movement.MOVEMENT_COMMAND, handler, concurrency=concurrency)

    async def publish_movement_frame(
        self: MQTTClient, data: MovementFrame, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``movement.frame``. One set of servo positions of a movement. ``movement/frame``, QoS 1, expires
        after 10 s; from movement-service to esp32-firmware."""
        return await self.publish(_movement.MOVEMENT_FRAME, data, correlation_id=correlation_id)

    async def on_movement_frame(
        self: MQTTClient, handler: Handler[MovementFrame], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``movement.frame``. One set of servo positions of a movement.
        ``movement/frame``, QoS 1, expires after 10 s; from movement-service to esp32-firmware."""
        return await self.on(_movement.MOVEMENT_FRAME, handler, concurrency=concurrency)

    async def publish_movement_state(
        self: MQTTClient, data: MovementState, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``movement.state``. A frame was applied, a command was queued, or something went wrong.
        ``movement/state``, QoS 1; from esp32-firmware to movement-service, ui-web."""
        return await self.publish(_movement.MOVEMENT_STATE, data, correlation_id=correlation_id)

    async def on_movement_state(
        self: MQTTClient, handler: Handler[MovementState], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``movement.state``. A frame was applied, a command was queued, or something went
        wrong. ``movement/state``, QoS 1; from esp32-firmware to movement-service, ui-web."""
        return await self.on(_movement.MOVEMENT_STATE, handler, concurrency=concurrency)

    async def publish_movement_test(
        self: MQTTClient, data: TestMovementRequest, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``movement.test``. Carry out this movement by name. ``movement/test``, QoS 1, expires after 10 s;
        from llm-worker, movement-service, router to esp32-firmware."""
        return await self.publish(_movement.MOVEMENT_TEST, data, correlation_id=correlation_id)

    async def on_movement_test(
        self: MQTTClient, handler: Handler[TestMovementRequest], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``movement.test``. Carry out this movement by name. ``movement/test``, QoS 1,
        expires after 10 s; from llm-worker, movement-service, router to esp32-firmware."""
        return await self.on(_movement.MOVEMENT_TEST, handler, concurrency=concurrency)

    async def request_movement_test(
        self: MQTTClient, data: TestMovementRequest, *, timeout: float = 30.0
    ) -> MovementStatusUpdate:
        """Send ``movement.test`` and wait for ``movement.status``. Carry out this movement by name.
        ``movement/test``, QoS 1, expires after 10 s; from llm-worker, movement-service, router to esp32-firmware."""
        return await self.request(_movement.MOVEMENT_TEST_CALL, data, timeout=timeout)

    async def serve_movement_test(
        self: MQTTClient, responder: Responder[TestMovementRequest, MovementStatusUpdate], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``movement.test`` with ``movement.status``. Carry out this movement by name.
        ``movement/test``, QoS 1, expires after 10 s; from llm-worker, movement-service, router to esp32-firmware."""
        return await self.serve(_movement.MOVEMENT_TEST_CALL, responder, concurrency=concurrency)

    async def publish_movement_stop(
        self: MQTTClient, data: EmergencyStopCommand, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``movement.stop``. Stop now and drop what is queued. ``movement/stop``, QoS 1; from llm-worker,
        router to esp32-firmware, movement-service."""
        return await self.publish(_movement.MOVEMENT_STOP, data, correlation_id=correlation_id)

    async def on_movement_stop(
        self: MQTTClient, handler: Handler[EmergencyStopCommand], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``movement.stop``. Stop now and drop what is queued. ``movement/stop``, QoS 1;
        from llm-worker, router to esp32-firmware, movement-service."""
        return await self.on(_movement.MOVEMENT_STOP, handler, concurrency=concurrency)

    async def publish_movement_status(
        self: MQTTClient, data: MovementStatusUpdate, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``movement.status``. A command has started, ended or failed, or the controller has changed.
        ``movement/status``, QoS 1; from esp32-firmware to llm-worker, movement-service, router, ui-web."""
        return await self.publish(_movement.MOVEMENT_STATUS, data, correlation_id=correlation_id)

    async def on_movement_status(
        self: MQTTClient, handler: Handler[MovementStatusUpdate], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``movement.status``. A command has started, ended or failed, or the controller
        has changed. ``movement/status``, QoS 1; from esp32-firmware to llm-worker, movement-service, router,
        ui-web."""
        return await self.on(_movement.MOVEMENT_STATUS, handler, concurrency=concurrency)
