"""The envelope around a payload: that of ``tars``, CloudEvents in structured JSON mode, or none."""

from __future__ import annotations

from typing import Any, Final, Literal, cast

Envelope = Literal["tars", "cloudevents", "none"]
ENVELOPES: Final[tuple[Envelope, ...]] = ("tars", "cloudevents", "none")
_OURS: Final = frozenset(("id", "type", "ts", "source", "data"))
_CLOUDEVENTS: Final = ("id", "source", "type")


def envelope_of(value: Any) -> Envelope:
    """Return the envelope that a value of JSON is."""
    if not isinstance(value, dict):
        return "none"
    fields = cast("dict[str, Any]", value)
    if not isinstance(fields.get("type"), str) or "data" not in fields or not fields["type"]:
        return "none"
    if fields.get("specversion") == "1.0":
        return (
            "cloudevents"
            if all(fields.get(name) and isinstance(fields[name], str) for name in _CLOUDEVENTS)
            else "none"
        )
    if fields.keys() <= _OURS and len(fields) >= 3 and _is_time(fields.get("ts", 0)):
        return "tars"
    return "none"


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
