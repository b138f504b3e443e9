"""A review as GitHub's workflow commands."""

from __future__ import annotations

from topicwright_codegen.diagnostics.diagnostics import Diagnostic
from topicwright_codegen.diagnostics.formats import command
from topicwright_codegen.diagnostics.texts import printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.formats.sarif import COMMANDS, message_of
from topicwright_codegen.review.report.report import Report


def as_github(report: Report) -> str:
    """Return a workflow command for each finding; what is approved is a notice."""
    lines = [_annotation(found, report) for found in report.review.findings]
    lines += [command(note.severity, note.place, note.code, _noted(note)) for note in report.notes]
    return "".join(lines)


def _annotation(found: Finding, report: Report) -> str:
    approved = found.fingerprint in report.approved
    place = found.place
    here = type(place)(report.labels.bare(place.path), place.line, place.column)
    title = f"{found.severity}: {found.rule}{' (approved)' if approved else ''}"
    return command("notice" if approved else COMMANDS[found.severity], here, title, message_of(found, report))


def _noted(note: Diagnostic) -> str:
    return printable(f"{note.message} ({note.hint})")
