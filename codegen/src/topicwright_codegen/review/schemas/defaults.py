"""Defaults before and after: the meaning of a field that is left out, and the value that a constructor fills in."""

from __future__ import annotations

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import SourceApi
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.location import Location
from topicwright_codegen.schemas.types import Field


def default_of(field: Field) -> str:
    """Return the default of a field as findings show it; 5 and 5.0 are one number (JSON Schema, section 4.2.2)."""
    if field.required or field.omittable or field.factory is not None or field.default is None:
        return "nothing"
    return repr(_number(field.default))


def _number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def constructor_default(pair: TopicPair, location: Location, old: str, new: str) -> Finding:
    """Return the finding for another default of a required field, which only constructors use."""
    text = f"a constructor that does not name {location.path} fills in {new}, and filled in {old}"
    source: SourceApi = "produce" if new == "nothing" else "ok" if old == "nothing" else "behaviour"
    reason = "the field is required: every message contains its value"
    change = Change("constructor-default-changed", text, location.new, pair.topics, location.path, reason=reason)
    return change.judged(source=source)
