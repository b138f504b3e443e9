"""A review as one self-contained HTML file: no script, no link, pictures inside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, select_autoescape

from topicwright_codegen.review.report.formats.svg import picture
from topicwright_codegen.review.report.leftovers import all_leftovers
from topicwright_codegen.review.report.report import Report
from topicwright_codegen.review.report.rollout import order_of, rollout


def as_html(report: Report) -> str:
    """Return the review as a page."""
    environment = Environment(
        undefined=StrictUndefined, autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True
    )
    source = files("topicwright_codegen.review.report.formats") / "page.html.jinja"
    template = environment.from_string(source.read_text(encoding="utf-8"))
    return template.render(
        severity=report.review.severity,
        counts=report.counts,
        next=str(report.next) if report.next else "",
        findings=list(_findings(report)),
        plan=rollout(report.open),
        stays=all_leftovers(report.open),
        picture=picture(report.open),
        notes=[str(note) for note in report.notes],
    )


def _findings(report: Report) -> Iterator[dict[str, object]]:
    for finding in report.review.findings:
        witness = finding.witness
        yield {
            "finding": finding,
            "place": f"{report.labels.shown(finding.place.path)}:{finding.place.line}",
            "message": report.message(finding),
            "advice": report.advice(finding),
            "approved": finding.fingerprint in report.approved,
            "order": order_of(finding),
            "json": "" if witness.reason else json.dumps(witness.message, indent=2, default=str),
        }
