"""Defaults before and after: what a field means that is left out, and what a constructor fills in."""

from __future__ import annotations

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import SourceApi
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.location import Spot
from topicwright_codegen.schemas.types import Field


def default_of(field: Field) -> str:
    """Return the default of a field as a finding says it; 5 and 5.0 are one number (JSON Schema, section 4.2.2)."""
    if field.required or field.omittable or field.factory is not None or field.default is None:
        return "nothing"
    return repr(_number(field.default))


def _number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def constructor_default(pair: TopicPair, spot: Spot, old: str, new: str) -> Finding:
    """Return another default of a required field: readers find a value always, so only constructors fill it in."""
    text = f"a constructor that does not name {spot.path} fills in {new}, and filled in {old}"
    source: SourceApi = "produce" if new == "nothing" else "ok" if old == "nothing" else "behaviour"
    reason = "the field is required: every message says its value"
    return Change("constructor-default-changed", text, spot.new, pair.topics, spot.path, reason=reason).judged(
        source=source
    )
