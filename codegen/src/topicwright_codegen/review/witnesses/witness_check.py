"""Checks witnesses: a message of one version is read by the generated model of the other, built in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, TypeAdapter, ValidationError

from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.witness import Probe, Version, Witness
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.review.witnesses.models import Models
from topicwright_codegen.schemas.types import Type


@dataclass(slots=True)
class WitnessCheck:
    """Reads every witness with the models of the side that did not write it."""

    before: Side
    after: Side
    models: dict[Version, Models] = field(default_factory=dict[Version, Models])

    def __post_init__(self) -> None:
        self.models = {"old": Models(self.before), "new": Models(self.after)}

    def check_all(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings with their witnesses checked."""
        try:
            return [
                replace(finding, witness=self._check(finding.probe, finding)) if finding.probe else finding
                for finding in findings
            ]
        finally:
            for models in self.models.values():
                models.close()

    def _check(self, probe: Probe, finding: Finding) -> Witness:
        reader: Version = "old" if probe.writer == "new" else "new"
        written, read = _type_of(probe, probe.writer), _type_of(probe, reader)
        if written is None or read is None:
            return Witness("one side has bytes for a payload, which no model reads")
        own, other = self.models[probe.writer].adapter(written), self.models[reader].adapter(read)
        if own is None or other is None:
            return Witness(self.models[probe.writer].problem or self.models[reader].problem or "the type has no class")
        return _compared(probe, own, other) or Witness(_accepted(finding))


def _compared(probe: Probe, own: TypeAdapter[object], other: TypeAdapter[object]) -> Witness | None:
    """Return how the reader's model takes the message, None where it reads the same as the writer's ``own``."""
    meant = _read(own, probe.message, strict=True)
    if meant.error and _read(own, probe.message, strict=False).error:
        return Witness(f"the example that was made is no message of the {probe.writer} version: {meant.error}")
    strict, tolerant = _read(other, probe.message, strict=True), _read(other, probe.message, strict=False)
    if strict.error:
        outcome = f"refused: {tolerant.error}" if tolerant.error else "accepted"
        return Witness("", probe.writer, probe.message, f"refused: {strict.error}", outcome)
    if strict.value != meant.value:
        outcome = f"changed: reads {strict.value} where the writer means {meant.value}"
        return Witness("", probe.writer, probe.message, outcome, outcome)
    return None


def _accepted(finding: Finding) -> str:
    if finding.old == finding.new == "ok":
        return "the other version accepts the message: only Python is affected"
    return (
        "the schema refuses the example and the generated model accepts it: "
        "it reads null where an optional field is left out, has a default, or does not check this keyword"
    )


def _type_of(probe: Probe, version: Version) -> Type | None:
    topic = probe.pair.old if version == "old" else probe.pair.new
    return topic.headers if probe.headers else topic.payload


@dataclass(frozen=True, slots=True)
class _Reading:
    error: str = ""
    value: str = ""


def _read(adapter: TypeAdapter[object], message: object, *, strict: bool) -> _Reading:
    """Read a message as JSON; ``strict`` is a reader that forbids unknown fields."""
    text = json.dumps(message)
    try:
        value = adapter.validate_json(text) if strict else adapter.validate_json(text, extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return _Reading(error=f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}")
    return _Reading(value=_meant(value))


def _meant(value: object) -> str:
    """Return the value for a reader: with defaults, without the optional fields that are not in the JSON."""
    if not isinstance(value, BaseModel):
        return repr(value)
    seen = {name: item for name, item in value if name in value.model_fields_set or item is not None}
    return json.dumps(seen, default=str, sort_keys=True)
