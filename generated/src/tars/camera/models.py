"""Payloads of the ``camera`` topics. Made by topicwright from schema/channels/camera.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from topicwright import Model, Omittable, new_id, now


class CameraFrame(Model):
    """One frame of the camera."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the frame was taken, in unix seconds."""
    frame_data: str
    """The picture file, as base64."""
    format: Literal["jpeg", "png"] = "jpeg"
    """Format of the picture file."""
    width: Annotated[int, Field(ge=1)]
    """Width of the picture in pixels. Unit: px."""
    height: Annotated[int, Field(ge=1)]
    """Height of the picture in pixels. Unit: px."""
    frame_number: Annotated[int, Field(ge=0)]
    """Number of the frame since the camera started; a gap shows lost frames."""
    fps: Annotated[float, Field(ge=0.0)] | None = None
    """Frames a second that the camera delivers now. Unit: frames/s."""


class CameraFrameHeaders(Model):
    """What is known of a binary frame. Each field is an MQTT 5 user property, numbers in decimal."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the frame was taken, in unix seconds."""
    width: Annotated[int, Field(ge=1)]
    """Width of the picture in pixels. Unit: px."""
    height: Annotated[int, Field(ge=1)]
    """Height of the picture in pixels. Unit: px."""
    frame_number: Annotated[int, Field(ge=0)]
    """Number of the frame since the camera started; a gap shows lost frames."""
    fps: Omittable[Annotated[float, Field(ge=0.0)]] = None
    """Frames a second that the camera delivers now. Unit: frames/s."""


class CameraCaptureRequest(Model):
    """A request for a single picture."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the picture was asked for, in unix seconds."""
    request_id: str = Field(default_factory=new_id)
    """Id of the request; comes back in the answer."""
    format: Literal["jpeg", "png", "raw"] = "jpeg"
    """Wanted format of the picture."""
    quality: Annotated[int, Field(ge=1, le=100)] = 85
    """Quality of a JPEG picture, 1 (small) to 100 (good). Unit: JPEG 1-100."""
    width: Annotated[int, Field(ge=1)] | None = None
    """Wanted width in pixels; null for the camera's own. Unit: px."""
    height: Annotated[int, Field(ge=1)] | None = None
    """Wanted height in pixels; null for the camera's own. Unit: px."""
    purpose: str | None = None
    """What the picture is for; comes back in the answer."""


class CameraImageResponse(Model):
    """A single picture."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the answer was made, in unix seconds."""
    request_id: str
    """Id of the request that this answers."""
    image_data: str
    """The picture file, as base64; empty where success is false."""
    format: Literal["jpeg", "png", "raw"]
    """Format of the picture."""
    width: Annotated[int, Field(ge=0)]
    """Width of the picture in pixels; 0 where success is false. Unit: px."""
    height: Annotated[int, Field(ge=0)]
    """Height of the picture in pixels; 0 where success is false. Unit: px."""
    size_bytes: Annotated[int, Field(ge=0)]
    """Size of the picture file in bytes, before base64."""
    success: bool = True
    """Whether a picture was taken."""
    error: str | None = None
    """Why no picture was taken."""
    purpose: str | None = None
    """What the picture is for, from the request."""
    capture_timestamp: float = Field(default_factory=now)
    """When the picture was taken, in unix seconds."""


class CameraStatusUpdate(Model):
    """A change of the camera or of a picture request."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When it happened, in unix seconds."""
    event: Literal["camera_ready", "camera_unavailable", "capture_started", "capture_completed", "capture_failed"]
    """What happened."""
    request_id: str | None = None
    """Id of the picture request, where it is about one."""
    detail: str | None = None
    """More about it, for the log."""
