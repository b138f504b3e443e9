"""Payloads of the ``movement`` topics. Made by topicwright from schema/channels/movement.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from topicwright import Model, Omittable, new_id, now


class MovementCommand(Model):
    """A movement for the movement service."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the command was given, in unix seconds."""
    id: str = Field(default_factory=new_id)
    """Id of the movement; comes back in its frames."""
    command: Literal[
        "reset",
        "disable",
        "step_forward",
        "step_backward",
        "turn_left",
        "turn_right",
        "balance",
        "laugh",
        "swing_legs",
        "pose",
        "bow",
    ]
    """Which movement."""
    params: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Parameters of the movement."""


class MovementFrame(Model):
    """One set of servo positions of a movement."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the frame was made, in unix seconds."""
    id: str
    """Id of the movement that the frame is part of."""
    seq: int
    """Number of the frame in the movement."""
    total: int
    """How many frames the movement has."""
    duration_ms: int
    """How long to take to reach the positions, in milliseconds. Unit: ms."""
    hold_ms: int
    """How long to hold the positions, in milliseconds. Unit: ms."""
    channels: dict[str, int] = Field(default_factory=dict[str, int])
    """Pulse width in microseconds by number of the servo channel. The firmware reads ch0 to ch15 instead. Unit: us."""
    disable_after: bool = False
    """Whether to switch the servos off after the frame."""
    done: bool = False
    """True in the last frame of the movement."""
    ch0: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 0, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch1: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 1, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch2: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 2, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch3: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 3, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch4: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 4, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch5: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 5, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch6: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 6, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch7: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 7, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch8: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 8, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch9: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 9, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch10: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 10, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch11: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 11, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch12: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 12, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch13: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 13, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch14: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 14, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""
    ch15: Omittable[Annotated[int, Field(ge=0, le=4095)]] = None
    """Pulse of servo channel 15, in PCA9685 ticks, about 150 to 600; left out to keep its position. Unit: PWM ticks."""


class MovementState(Model):
    """What the movement controller is doing."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message; the firmware does not send one."""
    timestamp: float = Field(default_factory=now)
    """When it happened, in unix seconds; from the firmware also in seconds since boot, or 0."""
    id: Omittable[str] = None
    """Id of the movement; the firmware does not send it."""
    event: Literal[
        "started",
        "frame_sent",
        "completed",
        "failed",
        "cancelled",
        "ready",
        "frame_applied",
        "command_queued",
        "command_error",
        "stopped",
        "shutdown",
        "error",
    ]
    """What happened."""
    seq: Omittable[int] = None
    """Number of the frame, where it is about one."""
    detail: Omittable[str] = None
    """More about it, for the log."""
    channels: Omittable[int] = None
    """How many servo channels were set, with frame_applied."""
    command: Omittable[str] = None
    """Name of the command, with command_queued."""
    speed: Omittable[float] = None
    """Speed of the command, 0.1 (slow) to 1.0 (normal), with command_queued. Unit: 0.1 slow..1.0 normal."""
    queue_size: Omittable[int] = None
    """How many commands wait, with command_queued."""
    error: Omittable[str] = None
    """What went wrong, with command_error or error."""
    reason: Omittable[str] = None
    """Why, with stopped or shutdown."""


class TestMovementRequest(Model):
    """A movement by name, for the ESP32."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the command was given, in unix seconds."""
    command: Literal[
        "reset",
        "step_forward",
        "step_backward",
        "turn_left",
        "turn_right",
        "wave",
        "laugh",
        "swing_legs",
        "pezz",
        "pezz_dispenser",
        "now",
        "balance",
        "mic_drop",
        "monster",
        "pose",
        "bow",
        "disable",
        "stop",
        "move_legs",
        "move_arm",
    ]
    """Which movement."""
    speed: Annotated[float, Field(ge=0.1, le=1.0)] = 1.0
    """Speed of the movement, 0.1 (slow) to 1.0 (normal). Unit: 0.1 slow..1.0 normal."""
    params: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Parameters of the movement; the fields of MoveLegsParams for move_legs, of MoveArmParams for move_arm."""
    request_id: str = Field(default_factory=new_id)
    """Id of the command; comes back in each status of it."""


class EmergencyStopCommand(Model):
    """A command to stop every movement."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    timestamp: float = Field(default_factory=now)
    """When the command was given, in unix seconds."""
    reason: Omittable[str] = None
    """Why, for the log."""


class MovementStatusUpdate(Model):
    """A change of a movement command or of the controller."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message; esp32_ and a count of milliseconds from the firmware."""
    timestamp: float = Field(default_factory=now)
    """When it happened, in unix seconds; from the firmware also in seconds since boot."""
    event: Literal[
        "connected",
        "disconnected",
        "command_started",
        "command_completed",
        "command_failed",
        "emergency_stop",
        "stop_cleared",
        "queue_full",
        "battery_low",
    ]
    """What happened."""
    command: Omittable[str] = None
    """Name of the command, where it is about one."""
    detail: Omittable[str] = None
    """More about it, for the log."""
    request_id: Omittable[str] = None
    """Id of the command, where it is about one that had an id."""
