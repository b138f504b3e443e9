"""Checks witnesses: a message of one version is read by the generated model of the other, built in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.witness import Probe, Version, Witness
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.review.witnesses.models import Model, Models
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
        self._want(finding.probe for finding in findings)
        try:
            return [
                replace(finding, witness=self._check(finding.probe, finding)) if finding.probe else finding
                for finding in findings
            ]
        finally:
            for models in self.models.values():
                models.close()

    def _want(self, probes: Iterable[Probe | None]) -> None:
        for probe in probes:
            if probe is not None and not probe.missing:
                for version, models in self.models.items():
                    type_ = _type_of(probe, version)
                    if type_ is not None:
                        models.wanted[type_.number] = type_

    def _check(self, probe: Probe, finding: Finding) -> Witness:
        """Return the proof by the models; by the judge alone where there are none."""
        if probe.missing:
            return finding.witness
        witness = self._by_models(probe, finding)
        if witness.reason and probe.refusal and "reject" in (finding.old, finding.new):
            outcome = f"refused: {probe.refusal}"
            return Witness("", probe.writer, probe.message, outcome, outcome)
        return witness

    def _by_models(self, probe: Probe, finding: Finding) -> Witness:
        reader: Version = "old" if probe.writer == "new" else "new"
        written, read = _type_of(probe, probe.writer), _type_of(probe, reader)
        if written is None or read is None:
            return Witness("one side has bytes for a payload, which no model reads")
        own, other = self.models[probe.writer].model(written), self.models[reader].model(read)
        if own is None or other is None:
            return Witness(self.models[probe.writer].problem or self.models[reader].problem or "the type has no class")
        return _compared(probe, own, other) or Witness(_accepted(finding))


def _compared(probe: Probe, own: Model, other: Model) -> Witness | None:
    """Return how the reader's model takes the message, None where it reads the same as the writer's ``own``."""
    meant = own.read(probe.message, strict=True)
    if meant.error and own.read(probe.message, strict=False).error:
        return Witness(f"the example that was made is no message of the {probe.writer} version: {meant.error}")
    strict, tolerant = other.read(probe.message, strict=True), other.read(probe.message, strict=False)
    if strict.error:
        outcome = f"refused: {tolerant.error}" if tolerant.error else "accepted"
        return Witness("", probe.writer, probe.message, f"refused: {strict.error}", outcome)
    if _text(strict.value) != _text(meant.value):
        outcome = f"changed: reads {_text(strict.value)} where the writer means {_text(meant.value)}"
        return Witness("", probe.writer, probe.message, outcome, outcome)
    return None


def _text(value: object) -> str:
    """Return a JSON value as text: 1 and true differ, and the order of fields does not matter."""
    return json.dumps(value, sort_keys=True)


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
