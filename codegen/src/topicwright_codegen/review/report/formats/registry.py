"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from topicwright_codegen.review.report.formats.github import as_github
from topicwright_codegen.review.report.formats.html import as_html
from topicwright_codegen.review.report.formats.json import as_json
from topicwright_codegen.review.report.formats.markdown import as_markdown
from topicwright_codegen.review.report.formats.sarif import as_sarif
from topicwright_codegen.review.report.formats.text import as_text
from topicwright_codegen.review.report.report import Report

FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "github": as_github,
    "sarif": as_sarif,
    "html": as_html,
}
"""What ``--format`` takes."""
