"""The ``camera`` domain. Made by topicwright from catalog/camera.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import ANY, AnyValue, Handler, MQTTClient, NoParams, Subscription, lazy_exports

import headers_and_bytes.camera as _camera

if TYPE_CHECKING:
    from headers_and_bytes.camera.models import FrameHeaders as FrameHeaders
    from headers_and_bytes.camera.models import Note as Note
    from headers_and_bytes.camera.models import NoteHeaders as NoteHeaders
    from headers_and_bytes.camera.topics import CAMERA_FRAME as CAMERA_FRAME
    from headers_and_bytes.camera.topics import CAMERA_NOTE as CAMERA_NOTE
    from headers_and_bytes.camera.topics import CameraFrameParams as CameraFrameParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class CameraTopics(MQTTClient):
    """Publish to and subscribe to the ``camera`` topics; service clients take single methods from here."""

    async def publish_camera_frame(
        self: MQTTClient, data: bytes, *, camera: str, headers: FrameHeaders, correlation_id: str | None = None
    ) -> str:
        """Publish ``camera.frame``. One frame. ``camera/{camera}/frame``, QoS 1."""
        return await self.publish(
            _camera.CAMERA_FRAME,
            data,
            params=_camera.CameraFrameParams(camera=camera),
            headers=headers,
            correlation_id=correlation_id,
        )

    async def on_camera_frame(
        self: MQTTClient,
        handler: Handler[bytes, CameraFrameParams, FrameHeaders],
        *,
        camera: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``camera.frame``. One frame. ``camera/{camera}/frame``, QoS 1."""
        return await self.on(_camera.CAMERA_FRAME, handler, match={"camera": camera}, concurrency=concurrency)

    async def publish_camera_note(
        self: MQTTClient, data: Note, *, headers: NoteHeaders | None = None, correlation_id: str | None = None
    ) -> str:
        """Publish ``camera.note``. A remark. ``camera/note``, QoS 1."""
        return await self.publish(
            _camera.CAMERA_NOTE,
            data,
            params=NoParams(),
            headers=headers or _camera.NoteHeaders(),
            correlation_id=correlation_id,
        )

    async def on_camera_note(
        self: MQTTClient, handler: Handler[Note, NoParams, NoteHeaders], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``camera.note``. A remark. ``camera/note``, QoS 1."""
        return await self.on(_camera.CAMERA_NOTE, handler, concurrency=concurrency)
