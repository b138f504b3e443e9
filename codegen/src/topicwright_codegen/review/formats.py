"""A review as text for a terminal, as JSON for a machine, as Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from topicwright_codegen.diagnostics import printable
from topicwright_codegen.render import cell
from topicwright_codegen.review.engine import Review
from topicwright_codegen.review.findings import Finding


@dataclass(frozen=True, slots=True)
class Labels:
    """How places are shown: files of a git ref by the ref, and not by the temporary folder that they are in."""

    prefix: str = ""
    ref: str = ""

    def shown(self, path: str) -> str:
        """Return a path as a person knows it."""
        return f"{self.ref}:{path.removeprefix(self.prefix)}" if self.prefix and path.startswith(self.prefix) else path


def as_json(review: Review, labels: Labels) -> str:
    """Return the review as one JSON document."""
    report = {
        "severity": review.severity,
        "old_consumer": review.old_consumer,
        "new_consumer": review.new_consumer,
        "source_api": review.source_api,
        "findings": [_object(found, labels) for found in review.findings],
    }
    return json.dumps(report, indent=2, ensure_ascii=False, default=str) + "\n"


def _object(found: Finding, labels: Labels) -> dict[str, object]:
    place = found.place
    return {
        "rule": found.rule,
        "severity": found.severity,
        "old_consumer": found.old,
        "new_consumer": found.new,
        "source_api": found.source,
        "path": found.pointer,
        "file": labels.shown(place.path),
        "line": place.line,
        "topic": found.topic,
        "event": found.event,
        "services": {"publish": list(found.publishers), "consume": list(found.consumers)},
        "message": found.message,
        "witness": found.witness.json(),
        "advice": found.advice,
        "fingerprint": found.fingerprint,
    }


def as_text(review: Review, labels: Labels) -> str:
    """Return the review as lines for a terminal."""
    lines = [line for found in review.findings for line in _lines(found, labels)]
    return "\n".join([*map(printable, lines), f"{len(review.findings)} findings, severity: {review.severity}"]) + "\n"


def _lines(found: Finding, labels: Labels) -> Iterator[str]:
    place = found.place
    where = f"{labels.shown(place.path)}:{place.line}:{place.column}"
    yield f"{where}: {found.severity}: {found.rule}: {found.message} [{found.fingerprint}]"
    yield f"    old consumers: {found.old}, new consumers: {found.new}, Python: {found.source}"
    if found.topic or found.event:
        yield f"    {found.topic} {found.event}: from {_names(found.publishers)} to {_names(found.consumers)}"
    witness = found.witness
    if not witness.reason:
        yield f"    {witness.writer} producers may write {_compact(witness.message)}"
        yield f"    strict reader: {witness.strict}; tolerant reader: {witness.tolerant}"
    if found.advice:
        yield f"    advice: {found.advice}"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "(no service)"


def _compact(message: object) -> str:
    text = json.dumps(message, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:297]}..."


def as_markdown(review: Review, labels: Labels) -> str:
    """Return the review as a comment for a pull request."""
    lines = [f"## Schema review: {review.severity}", ""]
    if not review.findings:
        return "\n".join([*lines, "No effect on any consumer or on Python.", ""])
    lines += ["| severity | rule | what | old / new consumers | Python | place |", "|---|---|---|---|---|---|"]
    lines += [_row(found, labels) for found in review.findings]
    for found in review.findings:
        if not found.witness.reason:
            lines += _witness(found)
    lines += ["", "### What to do", ""]
    advice = dict.fromkeys((found.rule, found.advice) for found in review.findings if found.advice)
    lines += [f"- `{rule}`: {cell(text)}" for rule, text in advice]
    return "\n".join([*lines, ""])


def _row(found: Finding, labels: Labels) -> str:
    place = f"{labels.shown(found.place.path)}:{found.place.line}"
    topic = f"`{cell(found.topic)}` " if found.topic else ""
    what = f"{topic}{cell(found.message)}"
    return f"| {found.severity} | {found.rule} | {what} | {found.old} / {found.new} | {found.source} | {cell(place)} |"


def _witness(found: Finding) -> Iterator[str]:
    witness = found.witness
    text = json.dumps(witness.message, indent=2, ensure_ascii=True)
    yield from ("", f"<details><summary>Witness of {found.rule}: {cell(found.message)}</summary>", "")
    yield from (f"Written by {witness.writer} producers:", "", *(f"    {line}" for line in text.splitlines()), "")
    yield f"Strict reader: {cell(witness.strict)}. Tolerant reader: {cell(witness.tolerant)}."
    yield from ("", "</details>")


FORMATS: dict[str, Callable[[Review, Labels], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
