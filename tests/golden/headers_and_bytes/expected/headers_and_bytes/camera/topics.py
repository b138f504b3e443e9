"""Topics of the ``camera`` domain. Made by topicwright from catalog/camera.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from topicwright import NoParams, Topic

from headers_and_bytes.camera.models import FrameHeaders, Note, NoteHeaders


@dataclass(frozen=True, slots=True)
class CameraFrameParams:
    """Parameters of ``camera/{camera}/frame``."""

    camera: str
    """Which camera."""


CAMERA_FRAME: Final[Topic[bytes, CameraFrameParams, FrameHeaders]] = Topic(
    "camera/{camera}/frame",
    "camera.frame",
    bytes,
    params=CameraFrameParams,
    headers=FrameHeaders,
    content_type="image/jpeg",
)
"""One frame."""
CAMERA_NOTE: Final[Topic[Note, NoParams, NoteHeaders]] = Topic("camera/note", "camera.note", Note, headers=NoteHeaders)
"""A remark."""
