"""What the robot sees, as a stream of frames and as single pictures on request. Made by topicwright from
schema/channels/camera.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, NoParams, Responder, Subscription, lazy_exports

import tars.camera as _camera

if TYPE_CHECKING:
    from tars.camera.models import CameraCaptureRequest as CameraCaptureRequest
    from tars.camera.models import CameraFrame as CameraFrame
    from tars.camera.models import CameraFrameHeaders as CameraFrameHeaders
    from tars.camera.models import CameraImageResponse as CameraImageResponse
    from tars.camera.models import CameraStatusUpdate as CameraStatusUpdate
    from tars.camera.topics import CAMERA_CAPTURE as CAMERA_CAPTURE
    from tars.camera.topics import CAMERA_CAPTURE_CALL as CAMERA_CAPTURE_CALL
    from tars.camera.topics import CAMERA_FRAME as CAMERA_FRAME
    from tars.camera.topics import CAMERA_FRAME_JPEG as CAMERA_FRAME_JPEG
    from tars.camera.topics import CAMERA_IMAGE as CAMERA_IMAGE
    from tars.camera.topics import CAMERA_STATUS as CAMERA_STATUS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class CameraTopics(MQTTClient):
    """Publish to and subscribe to the ``camera`` topics; service clients take single methods from here."""

    async def publish_camera_frame(self: MQTTClient, data: CameraFrame, *, correlation_id: str | None = None) -> str:
        """Publish ``camera.frame``. One frame of the camera, as base64 in JSON. ``camera/frame``, QoS 0; from
        camera-service to ui-web."""
        return await self.publish(_camera.CAMERA_FRAME, data, correlation_id=correlation_id)

    async def on_camera_frame(self: MQTTClient, handler: Handler[CameraFrame], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``camera.frame``. One frame of the camera, as base64 in JSON. ``camera/frame``,
        QoS 0; from camera-service to ui-web."""
        return await self.on(_camera.CAMERA_FRAME, handler, concurrency=concurrency)

    async def publish_camera_frame_jpeg(
        self: MQTTClient, data: bytes, *, headers: CameraFrameHeaders, correlation_id: str | None = None
    ) -> str:
        """Publish ``camera.frame.jpeg``. One frame of the camera; what is known of it travels in MQTT 5 user
        properties. ``camera/frame/jpeg``, QoS 0; from camera-service to ui-web."""
        return await self.publish(
            _camera.CAMERA_FRAME_JPEG, data, params=NoParams(), headers=headers, correlation_id=correlation_id
        )

    async def on_camera_frame_jpeg(
        self: MQTTClient, handler: Handler[bytes, NoParams, CameraFrameHeaders], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``camera.frame.jpeg``. One frame of the camera; what is known of it travels in
        MQTT 5 user properties. ``camera/frame/jpeg``, QoS 0; from camera-service to ui-web."""
        return await self.on(_camera.CAMERA_FRAME_JPEG, handler, concurrency=concurrency)

    async def publish_camera_capture(
        self: MQTTClient, data: CameraCaptureRequest, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``camera.capture``. Take one picture now. ``camera/capture``, QoS 1, expires after 60 s; from
        mcp-bridge, ui-web to camera-service."""
        return await self.publish(_camera.CAMERA_CAPTURE, data, correlation_id=correlation_id)

    async def on_camera_capture(
        self: MQTTClient, handler: Handler[CameraCaptureRequest], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``camera.capture``. Take one picture now. ``camera/capture``, QoS 1, expires
        after 60 s; from mcp-bridge, ui-web to camera-service."""
        return await self.on(_camera.CAMERA_CAPTURE, handler, concurrency=concurrency)

    async def request_camera_capture(
        self: MQTTClient, data: CameraCaptureRequest, *, timeout: float = 30.0
    ) -> CameraImageResponse:
        """Send ``camera.capture`` and wait for ``camera.image``. Take one picture now. ``camera/capture``, QoS 1,
        expires after 60 s; from mcp-bridge, ui-web to camera-service."""
        return await self.request(_camera.CAMERA_CAPTURE_CALL, data, timeout=timeout)

    async def serve_camera_capture(
        self: MQTTClient, responder: Responder[CameraCaptureRequest, CameraImageResponse], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``camera.capture`` with ``camera.image``. Take one picture now. ``camera/capture``, QoS 1,
        expires after 60 s; from mcp-bridge, ui-web to camera-service."""
        return await self.serve(_camera.CAMERA_CAPTURE_CALL, responder, concurrency=concurrency)

    async def publish_camera_image(
        self: MQTTClient, data: CameraImageResponse, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``camera.image``. The picture that was asked for, or why there is none. ``camera/image``, QoS 1,
        expires after 60 s; from camera-service to mcp-bridge, ui-web."""
        return await self.publish(_camera.CAMERA_IMAGE, data, correlation_id=correlation_id)

    async def on_camera_image(
        self: MQTTClient, handler: Handler[CameraImageResponse], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``camera.image``. The picture that was asked for, or why there is none.
        ``camera/image``, QoS 1, expires after 60 s; from camera-service to mcp-bridge, ui-web."""
        return await self.on(_camera.CAMERA_IMAGE, handler, concurrency=concurrency)

    async def publish_camera_status(
        self: MQTTClient, data: CameraStatusUpdate, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``camera.status``. The camera has come or gone, or a picture request has moved on.
        ``camera/status``, QoS 1; from camera-service to ui-web."""
        return await self.publish(_camera.CAMERA_STATUS, data, correlation_id=correlation_id)

    async def on_camera_status(
        self: MQTTClient, handler: Handler[CameraStatusUpdate], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``camera.status``. The camera has come or gone, or a picture request has moved
        on. ``camera/status``, QoS 1; from camera-service to ui-web."""
        return await self.on(_camera.CAMERA_STATUS, handler, concurrency=concurrency)
