"""What each extension means and may be, for editors: a description and a JSON Schema of its values."""

from __future__ import annotations

from typing import Final

from topicwright_codegen.asyncapi.leniencies import LENIENCIES
from topicwright_codegen.asyncapi.reading.messages import ENVELOPES
from topicwright_codegen.asyncapi.reading.mqtt_bindings import MOST_SECONDS

_TEXT: Final[dict[str, object]] = {"type": "string"}
_TEXTS: Final[dict[str, object]] = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_FLAG: Final[dict[str, object]] = {"type": "boolean"}
_REPLY: Final[dict[str, object]] = {
    "oneOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": _TEXT, "minItems": 1},
        {
            "type": "object",
            "required": ["messages"],
            "properties": {
                "messages": {**_TEXTS, "description": "The events that a reply may be."},
                "address": {"type": "object", "description": "Where a request says which topic its reply goes to."},
                "x-stream-until": {**_TEXT, "description": "The boolean field that ends a stream of replies."},
            },
            "additionalProperties": False,
            "patternProperties": {"^x-": {}},
        },
    ]
}
_OPERATION: Final[dict[str, object]] = {
    "type": "object",
    "properties": {
        "summary": {**_TEXT, "description": "What the service does with the event."},
        "description": _TEXT,
        "bindings": {"type": "object"},
        "x-mqtt": {"$ref": "#/definitions/x-mqtt"},
        "x-reply": {"$ref": "#/definitions/x-reply"},
    },
    "not": {"anyOf": [{"required": [key]} for key in ("action", "channel", "messages", "reply", "x-service")]},
}
_ENTRY: Final[dict[str, object]] = {
    "oneOf": [{"type": ["string", "null"]}, _OPERATION, {"type": "array", "items": _OPERATION, "minItems": 1}]
}
_EVENTS: Final[dict[str, object]] = {
    "oneOf": [_TEXT, {"type": "array", "items": _TEXT}, {"type": "object", "additionalProperties": _ENTRY}]
}
_TABLE: Final[dict[str, object]] = {"type": "object"}

VALUES: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "x-deprecated": ("It will be removed; messages and fields have `deprecated: true`.", _FLAG),
    "x-domain": ("The one of `x-domains` that it is in.", _TEXT),
    "x-domains": ("The domains of a catalog of one file, by name.", _TABLE),
    "x-envelope": ("The envelope around the payload; the nearest one counts.", {"enum": list(ENVELOPES)}),
    "x-envelope-data": ("A JSON pointer into the payload's schema to the data, such as /properties/data.", _TEXT),
    "x-error": ("As a reply it is an error: the responder raises its exception, and so does the request.", _FLAG),
    "x-event-type": ("The event type, where it differs from `name`.", _TEXT),
    "x-generated": ("Filled in by the constructor: an id, or unix seconds.", {"enum": ["id", "time"]}),
    "x-lenient": (
        "What readers understand beside what the schema allows.",
        {"type": "array", "items": {"enum": sorted(LENIENCIES)}},
    ),
    "x-lint-ignore": ("Codes of `topicwright lint` that the author has answered.", _TEXTS),
    "x-mqtt": (
        "How MQTT delivers it, for all operations on it; the nearest one counts, an mqtt binding of an operation most.",
        {
            "type": "object",
            "properties": {
                "qos": {"enum": [0, 1, 2], "description": "At most once, at least once, exactly once; without it 1."},
                "retain": {**_FLAG, "description": "Whether the broker keeps the last message for later subscribers."},
                "expiry": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": MOST_SECONDS,
                    "description": "After how many seconds the broker drops what it could not deliver.",
                },
            },
            "additionalProperties": False,
            "patternProperties": {"^(x-|\\$ref$)": {}},
        },
    ),
    "x-origin": ("The file that generated code names as its source.", _TEXT),
    "x-owner": ("The owner.", {}),
    "x-partition-key": ("The field or parameter that keeps order when scaled out.", _TEXT),
    "x-receives": ("The events that the service receives.", _EVENTS),
    "x-renamed-from": ("Former event types that are still accepted when read.", _TEXTS),
    "x-replay-window": (
        "How many acknowledged messages are published again after a reconnect.",
        {"type": "integer", "minimum": 0},
    ),
    "x-reply": ("The events that reply to it: so it is a request.", _REPLY),
    "x-requests": ("The events that the service sends, and waits for a reply to.", _EVENTS),
    "x-sends": ("The events that the service sends.", _EVENTS),
    "x-serves": ("The events that the service receives and replies to.", _EVENTS),
    "x-service": ("The one of `x-services` that does it.", _TEXT),
    "x-services": ("The services of a catalog of one file, by name.", _TABLE),
    "x-stream-until": ("The boolean field that is true in the last part of a stream of replies.", _TEXT),
    "x-sunset": ("The last day on which it is there, year-month-day.", {**_TEXT, "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}),
    "x-unit": ("The unit, for readers.", {}),
}
"""By its name."""
