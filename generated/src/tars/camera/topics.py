"""Topics of the ``camera`` domain. Made by topicwright from schema/channels/camera.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, NoParams, Topic

from tars.camera.models import (
    CameraCaptureRequest,
    CameraFrame,
    CameraFrameHeaders,
    CameraImageResponse,
    CameraStatusUpdate,
)

CAMERA_FRAME: Final[Topic[CameraFrame]] = Topic(
    address="camera/frame", event_type="camera.frame", model=CameraFrame, wire="tars", qos=0
)
"""One frame of the camera, as base64 in JSON."""
CAMERA_FRAME_JPEG: Final[Topic[bytes, NoParams, CameraFrameHeaders]] = Topic(
    address="camera/frame/jpeg",
    event_type="camera.frame.jpeg",
    model=bytes,
    headers=CameraFrameHeaders,
    qos=0,
    content_type="image/jpeg",
)
"""One frame of the camera; what is known of it travels in MQTT 5 user properties."""
CAMERA_CAPTURE: Final[Topic[CameraCaptureRequest]] = Topic(
    address="camera/capture",
    event_type="camera.capture",
    model=CameraCaptureRequest,
    wire="tars",
    expiry=60,
    correlation="request_id",
)
"""Take one picture now."""
CAMERA_IMAGE: Final[Topic[CameraImageResponse]] = Topic(
    address="camera/image",
    event_type="camera.image",
    model=CameraImageResponse,
    wire="tars",
    expiry=60,
    correlation="request_id",
)
"""The picture that was asked for, or why there is none."""
CAMERA_STATUS: Final[Topic[CameraStatusUpdate]] = Topic(
    address="camera/status", event_type="camera.status", model=CameraStatusUpdate, wire="tars"
)
"""The camera has come or gone, or a picture request has moved on."""
CAMERA_CAPTURE_CALL: Final[Call[CameraCaptureRequest, CameraImageResponse]] = Call(
    request=CAMERA_CAPTURE, replies=(CAMERA_IMAGE,)
)
