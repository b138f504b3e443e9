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

CAMERA_FRAME: Final[Topic[CameraFrame]] = Topic("camera/frame", "camera.frame", CameraFrame, wire="tars", qos=0)
"""One frame of the camera, as base64 in JSON."""
CAMERA_FRAME_JPEG: Final[Topic[bytes, NoParams, CameraFrameHeaders]] = Topic(
    "camera/frame/jpeg", "camera.frame.jpeg", bytes, headers=CameraFrameHeaders, qos=0, content_type="image/jpeg"
)
"""One frame of the camera; what is known of it travels in MQTT 5 user properties."""
CAMERA_CAPTURE: Final[Topic[CameraCaptureRequest]] = Topic(
    "camera/capture", "camera.capture", CameraCaptureRequest, wire="tars", expiry=60, correlation="request_id"
)
"""Take one picture now."""
CAMERA_IMAGE: Final[Topic[CameraImageResponse]] = Topic(
    "camera/image", "camera.image", CameraImageResponse, wire="tars", expiry=60, correlation="request_id"
)
"""The picture that was asked for, or why there is none."""
CAMERA_STATUS: Final[Topic[CameraStatusUpdate]] = Topic(
    "camera/status", "camera.status", CameraStatusUpdate, wire="tars"
)
"""The camera has come or gone, or a picture request has moved on."""
CAMERA_CAPTURE_CALL: Final[Call[CameraCaptureRequest, CameraImageResponse]] = Call(CAMERA_CAPTURE, (CAMERA_IMAGE,))
