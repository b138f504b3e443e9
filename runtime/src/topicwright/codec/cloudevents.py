"""CloudEvents 1.0 in structured JSON mode: its required attributes, and what the specification says of their values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from topicwright.catalog.factories import now
from topicwright.errors import EncodeError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
VERSION: Final = "1.0"
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
"""A date-time of RFC 3339, section 5.6."""
_REFERENCE: Final = re.compile(r"(?:[!#$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2})+")
"""What a URI reference is written in (RFC 3986, section 2)."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.", re.ASCII)
"""What a URI begins with that is no relative reference (RFC 3986, section 3)."""
_JSON: Final = re.compile(r"[\w.+-]+/(?:[\w.+-]+\+)?json\s*(?:;.*)?", re.ASCII | re.IGNORECASE)


def fields_of(data: CoreSchema) -> list[core_schema.DataclassField]:
    """Return the fields of an event whose payload has the schema ``data`` (CloudEvents 1.0.2, section 3.1).

    ``id``, ``source``, ``specversion`` and ``type`` are required and not empty. Other attributes are checked where they
    are there; null is absent (JSON format 1.0.2, section 2.2). The event keeps only those that it has fields for.
    """
    text = core_schema.str_schema(min_length=1, strict=True)
    reference = core_schema.no_info_after_validator_function(_reference, text)
    uri = core_schema.no_info_after_validator_function(_uri, text)
    media = core_schema.no_info_after_validator_function(_json_type, text)
    seconds = core_schema.no_info_after_validator_function(_unix_seconds, core_schema.nullable_schema(text))
    version = core_schema.literal_schema([VERSION])
    return [
        core_schema.dataclass_field("id", text),
        core_schema.dataclass_field("type", text),
        core_schema.dataclass_field(
            "ts", core_schema.with_default_schema(seconds, default_factory=now), validation_alias="time"
        ),
        core_schema.dataclass_field("source", reference),
        core_schema.dataclass_field("data", data),
        core_schema.dataclass_field("specversion", version, init_only=True),
        *(
            _optional(name, schema)
            for name, schema in (("subject", text), ("dataschema", uri), ("datacontenttype", media))
        ),
    ]


def _optional(name: str, schema: CoreSchema) -> core_schema.DataclassField:
    absent = core_schema.with_default_schema(core_schema.nullable_schema(schema), default=None)
    return core_schema.dataclass_field(name, absent, init_only=True)


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise PydanticCustomError("uri_reference", "Input should be a URI reference")
    return text


def _uri(text: str) -> str:
    if not _SCHEME.match(text) or not _REFERENCE.fullmatch(text):
        raise PydanticCustomError("uri", "Input should be a URI with a scheme")
    return text


def _json_type(text: str) -> str:
    if not _JSON.fullmatch(text):
        raise PydanticCustomError("json_type", "Input should be a media type of JSON, since the payload is JSON")
    return text


def _unix_seconds(text: str | None) -> float:
    if text is None:
        return now()
    if not _TIME.fullmatch(text):
        raise PydanticCustomError("rfc_3339", "Input should be a date-time of RFC 3339")
    whole, fraction = re.split(r"\.(?=\d)", text, maxsplit=1) if "." in text else (text, "")
    leap = whole[17:19] == "60"
    zone = re.search(r"[Zz+-]", text[19:])
    assert zone is not None
    try:
        time = datetime.fromisoformat(
            whole[:17].upper() + ("59" if leap else whole[17:19]) + text[19 + zone.start() :].upper()
        )
    except ValueError:
        raise PydanticCustomError("rfc_3339", "Input should be a date-time of RFC 3339") from None
    digits = re.match(r"\d+", fraction)
    return (time - EPOCH).total_seconds() + leap + (float(f"0.{digits[0]}") if digits else 0.0)


def check_source(source: Any) -> None:
    """Raise EncodeError where a source cannot be written in a CloudEvent: it is a URI reference (section 3.1.1)."""
    if not _REFERENCE.fullmatch(source):
        raise EncodeError(f"the source {source!r} of a CloudEvent is no URI reference: set MQTT_SOURCE_NAME")
