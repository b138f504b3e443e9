"""A bottling plant."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from topicwright import Call, MQTTClient, Topic


class State(Enum):
    """What a machine does."""

    RUNNING = "running"
    STOPPED = "stopped"


class Part(BaseModel):
    """A part of a machine."""

    name: str
    """What is written on it."""
    hours: int = Field(default=0, ge=0)
    """How long it has run."""


class Reading(BaseModel):
    """What a machine measures."""

    model_config = ConfigDict(extra="forbid")

    state: State
    """What it does now."""
    speed: float = Field(ge=0, lt=5000, json_schema_extra={"x-unit": "1/min"})
    """Bottles a minute."""
    at: datetime
    """When it was measured."""
    parts: list[Part] = Field(default_factory=list[Part])
    """Those that wear out."""
    place: tuple[float, float] | None = None
    """Where it stands, in metres."""
    serial: Annotated[str, Field(pattern="^[A-Z]{2}[0-9]+$")] = "AA0"
    """Serial number."""
    extra: dict[str, Any] = Field(default_factory=dict[str, Any], alias="moreData")
    """Whatever else there is."""


class Stop(BaseModel):
    """Stop a machine."""

    kind: Literal["stop"] = "stop"
    """Which command it is."""
    reason: str
    """Why."""


class Start(BaseModel):
    """Start a machine."""

    kind: Literal["start"] = "start"
    """Which command it is."""


class Done(BaseModel):
    """What came of a command."""

    ok: bool
    """Whether it was carried out."""


class Trace(BaseModel):
    """Follows a message through the plant."""

    trace: str | None = None
    """The id of the trace."""


@dataclass(frozen=True)
class Machine:
    """A machine of a hall."""

    hall: Literal["north", "south"]
    """Which hall."""
    machine: str
    """Number of the machine, such as 17."""


READING = Topic("plant/{hall}/{machine}/reading", Reading, params=Machine, qos=0, retain=True, expiry=60, headers=Trace)
"""A measurement, once a second."""
COMMAND = Topic("plant/{hall}/{machine}/command", "machine.stop", Stop, params=Machine, wire="cloudevents")
STARTED = Topic("plant/{hall}/{machine}/command", "machine.start", Start, params=Machine, wire="cloudevents", qos=2)
DONE = Topic("plant/{hall}/{machine}/done", "machine.done", Done, params=Machine, wire="cloudevents")
PICTURE = Topic("plant/picture", bytes, content_type="image/jpeg")
"""From the camera above the line."""
LAMP = Topic("plant/lamp", Literal["on", "off"], content_type="text/plain")
"""The lamp at the gate."""
TEMPERATURE = Topic("plant/temperature", float)
"""In the hall, in degrees."""
COUNTS = Topic("plant/counts", dict[str, int], former_types=("plant.sums",))
"""Bottles by their kind."""
STOP = Call(COMMAND, DONE)


class Machines(MQTTClient):
    """Drives the machines."""

    sends = (READING, TEMPERATURE)
    receives = (STOP, STARTED)


class Panel(MQTTClient):
    """Shows the plant, and stops it."""

    sends = (STOP, STARTED, LAMP)
    receives = (READING, PICTURE, TEMPERATURE, COUNTS)


class Counter(MQTTClient):
    """Looks at the bottles."""

    sends = (PICTURE, COUNTS)
    receives = (LAMP,)
