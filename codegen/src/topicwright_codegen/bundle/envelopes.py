"""The envelopes as JSON Schema: the fields around the data of a message, as the runtime reads and writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from topicwright_codegen.bundle.copier import Object

DATA: Final = "/properties/data"
"""Where the data is in the schema of every envelope."""
_ID: Final = "Unique id of the message, or the id of the message that this one answers."
_SAMPLE: Final = {"id": "0" * 32, "source": "example"}


def wrapped_schema(wire: str, types: Sequence[str], data: object) -> Object:
    """Return the schema of a message; ``types`` are its event type and the former ones that are still read."""
    return _SCHEMAS[wire](types, data)


def wrapped_example(wire: str, event_type: str, data: object) -> Object:
    """Return an example of the data with an envelope around it."""
    if wire == "tars":
        return {"id": _SAMPLE["id"], "type": event_type, "ts": 0.0, "source": _SAMPLE["source"], "data": data}
    head = {"specversion": "1.0", **_SAMPLE, "type": event_type, "time": "1970-01-01T00:00:00Z"}
    return {**head, "datacontenttype": "application/json", "data": data}


def _type(types: Sequence[str]) -> Object:
    values: Object = {"const": types[0]} if len(types) == 1 else {"enum": list(types)}
    return {"type": "string", "description": "Event type.", **values}


def _tars(types: Sequence[str], data: object) -> Object:
    """Return the envelope of ``tars``: writers fill in all fields, readers need the required ones."""
    return {
        "type": "object",
        "required": ["type", "data"],
        "properties": {
            "id": {"type": "string", "description": _ID},
            "type": _type(types),
            "ts": {"type": "number", "description": "When it was sent, in unix seconds."},
            "source": {"type": "string", "description": "Who sent it."},
            "data": data,
        },
    }


def _cloudevents(types: Sequence[str], data: object) -> Object:
    """Return a CloudEvents 1.0 event in structured JSON mode (JSON event format, section 3)."""
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"type": "string", "const": "1.0", "description": "Version of CloudEvents."},
            "id": {"type": "string", "minLength": 1, "description": _ID},
            "type": _type(types),
            "source": {"type": "string", "minLength": 1, "description": "Who sent it."},
            "time": {"type": "string", "format": "date-time", "description": "When it was sent."},
            "datacontenttype": {"type": "string", "description": "Content type of the data."},
            "data": data,
        },
    }


_SCHEMAS: Final[Mapping[str, Callable[[Sequence[str], object], Object]]] = {
    "tars": _tars,
    "cloudevents": _cloudevents,
}
