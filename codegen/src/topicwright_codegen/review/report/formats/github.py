"""A review as GitHub's workflow commands."""

from __future__ import annotations

from dataclasses import replace

from topicwright_codegen.diagnostics import record
from topicwright_codegen.diagnostics.github_commands import workflow_command
from topicwright_codegen.diagnostics.record import Record
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.formats.records import record_of
from topicwright_codegen.review.report.report import Report


def as_github(report: Report) -> str:
    """Return a workflow command for each finding; an approved one is a notice."""
    records = [_annotation(finding, report) for finding in report.review.findings]
    records += map(record.record_of, report.notes)
    return "".join(map(workflow_command, records))


def _annotation(finding: Finding, report: Report) -> Record:
    annotation = record_of(finding, report, report.labels.bare(finding.place.path))
    title = f"{finding.severity}: {finding.rule}"
    if finding.fingerprint in report.approved:
        return replace(annotation, level="notice", title=f"{title} (approved)")
    return replace(annotation, title=title)
