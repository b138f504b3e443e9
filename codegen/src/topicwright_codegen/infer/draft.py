"""Makes the draft of a capture, or joins it to the file that is there, and writes it once it compiles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topicwright_codegen.infer.capture.capture_file import Capture
from topicwright_codegen.infer.drafting.channels import Channel, channel_of
from topicwright_codegen.infer.drafting.document import document_of, envelope_of_document, read_document, yaml_of
from topicwright_codegen.infer.drafting.names import Names
from topicwright_codegen.infer.drafting.schema import Writer
from topicwright_codegen.infer.judging import Verdict, judge
from topicwright_codegen.infer.merging.existing import Existing, addresses_of, known_addresses, pattern_of
from topicwright_codegen.infer.merging.merge import Merge, base_file, read_base
from topicwright_codegen.infer.merging.widen import Changes, plain
from topicwright_codegen.infer.payloads.envelopes import Envelope
from topicwright_codegen.infer.survey import Survey, placed, survey
from topicwright_codegen.infer.topics.addresses import Address
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.review.sides.side import read_side, unique_package


@dataclass(slots=True)
class Draft:
    """What a run has made."""

    survey: Survey
    text: str
    base: dict[str, Any]
    changes: Changes | None = None
    """What was added to the file that was there; None where there was none."""
    channels: list[Channel] = field(default_factory=list[Channel])

    @property
    def events(self) -> int:
        """How many events were heard."""
        return sum(len(channel.messages) for channel in self.channels)


def make_draft(capture: Capture, file: Path, title: str, *, examples: bool) -> Draft:
    """Return the draft of what was heard, joined to a file where it exists.

    Raises:
        CompileError: the file has an error.
        UsageError: nothing was heard, or the file cannot be joined.
    """
    if not file.exists():
        found = _heard(survey(capture))
        return _fresh(found, title, examples)
    texts = {topic.address for topic in read_side([file], unique_package()).catalog.topics if topic.address is not None}
    addresses = addresses_of(iter(sorted(texts)))
    found = _heard(survey(capture, known_addresses(addresses)))
    return _joined(found, file, title, examples, list(addresses))


def _heard(found: Survey) -> Survey:
    if not found.observed:
        seen = f"{found.messages} messages, none on a topic of an application" if found.messages else "no message"
        raise UsageError(f"nothing to infer from: {seen}")
    return found


def _fresh(found: Survey, title: str, examples: bool) -> Draft:
    names, writer = Names(), Writer(examples, _values(found))
    envelope = envelope_of_document(found.observed.values())
    ordered = sorted(found.observed.items(), key=lambda pair: pair[0].pattern)
    channels = [channel_of(address, observed, names, writer, envelope) for address, observed in ordered]
    document = document_of(channels, found.pairs, envelope, title)
    return Draft(found, yaml_of(document), plain(document), channels=channels)


def _values(found: Survey) -> frozenset[str]:
    """Return the values of all parameters; numbers and single letters are none that tell anything."""
    levels = (level for address in found.observed for level in address.levels if level.parameter is not None)
    values = (value for level in levels if level.parameter is not None for value in level.parameter.values)
    return frozenset(value for value in values if len(value) > 2 and not value.isdigit())


def _joined(found: Survey, file: Path, title: str, examples: bool, known: Sequence[Address]) -> Draft:
    document = read_document(file.read_text(encoding="utf-8"))
    existing = Existing(document)
    keys = {pattern_of(str(body["address"])): key for key, body in existing.channels() if body.get("address")}
    names, again, writer = Names(), Names(), Writer(examples, _values(found))
    _reserve(names, existing)
    envelope: Envelope = document.get("x-envelope") or "none"
    channels = [
        channel_of(address, observed, again if address.pattern in keys else names, writer, envelope)
        for address, observed in sorted(found.observed.items(), key=lambda pair: pair[0].pattern)
    ]
    fresh = document_of(channels, found.pairs, envelope, title)
    merge = Merge(document, read_base(file) or {})
    merge.add(fresh, channels, keys, {address.pattern for address in known} - keys.keys())
    return Draft(found, yaml_of(document), merge.base, merge.changes, channels)


def _reserve(names: Names, existing: Existing) -> None:
    """Keep the names of a document from being given again."""
    body: Any
    for key, body in existing.channels():
        names.reserve("channel", key)
        for message in body.get("messages", {}).values():
            resolved: Any = existing.resolve(message) or {}
            names.reserve("event", str(resolved.get("name", "")))
    components: Any = existing.document.get("components") or {}
    for key in components.get("schemas") or ():
        names.reserve("schema", str(key))


def write_draft(draft: Draft, file: Path, capture: Capture) -> Verdict:
    """Write the draft once its readers have judged what was heard.

    The text is compiled in a file beside the draft, so that references lead where they will, and replaces the draft
    only then.

    Raises:
        CompileError: the draft does not compile; it is kept beside the file for a look.
    """
    trial = file.with_name(f"{file.stem}.infer{file.suffix}")
    trial.write_text(draft.text, encoding="utf-8")
    verdict = judge(trial, placed(capture))
    trial.replace(file)
    base_file(file).write_text(json.dumps(draft.base, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return verdict


def judged(text: str, folder: Path, capture: Capture) -> Verdict:
    """Return the verdict on a draft that is not written to its file."""
    trial = folder / "draft.yaml"
    trial.write_text(text, encoding="utf-8")
    return judge(trial, placed(capture))
