"""Topics of the ``movement`` domain. Made by topicwright from schema/channels/movement.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from tars.movement.models import (
    EmergencyStopCommand,
    MovementCommand,
    MovementFrame,
    MovementState,
    MovementStatusUpdate,
    TestMovementRequest,
)

MOVEMENT_COMMAND: Final[Topic[MovementCommand]] = Topic(
    "movement/command", "movement.command", MovementCommand, wire="tars", expiry=10
)
"""Carry out this movement."""
MOVEMENT_FRAME: Final[Topic[MovementFrame]] = Topic(
    "movement/frame", "movement.frame", MovementFrame, expiry=10, partition_key="id"
)
"""One set of servo positions of a movement."""
MOVEMENT_STATE: Final[Topic[MovementState]] = Topic("movement/state", "movement.state", MovementState)
"""A frame was applied, a command was queued, or something went wrong."""
MOVEMENT_TEST: Final[Topic[TestMovementRequest]] = Topic(
    "movement/test", "movement.test", TestMovementRequest, expiry=10, correlation="request_id"
)
"""Carry out this movement by name."""
MOVEMENT_STOP: Final[Topic[EmergencyStopCommand]] = Topic("movement/stop", "movement.stop", EmergencyStopCommand)
"""Stop now and drop what is queued."""
MOVEMENT_STATUS: Final[Topic[MovementStatusUpdate]] = Topic(
    "movement/status", "movement.status", MovementStatusUpdate, correlation="request_id"
)
"""A command has started, ended or failed, or the controller has changed."""
MOVEMENT_TEST_CALL: Final[Call[TestMovementRequest, MovementStatusUpdate]] = Call(MOVEMENT_TEST, (MOVEMENT_STATUS,))
