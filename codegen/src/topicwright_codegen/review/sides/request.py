"""The request of a review: the versions to compare, and how to report on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from topicwright_codegen.project.config import Flags
from topicwright_codegen.review.findings.verdicts import Effort, Severity


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """The request of ``topicwright diff``."""

    paths: tuple[Path, ...]
    flags: Flags
    """How both sides are read."""
    against: str | None
    """The git ref of the old version."""
    window: int
    """How many released versions to compare with; 0 for none."""
    tags: str
    """The pattern of the git tags that are releases."""
    formats: tuple[str, ...]
    """Each as FORMAT or FORMAT=FILE."""
    fail_on: Severity
    """The least severity that makes the command fail."""
    effort: Effort
    """How many messages the judge tries."""
    witnesses: bool
    """Whether findings are proved with messages."""
    write: bool
    """Whether an entry is added to the SDK's changelog."""
    approvals: Path | None
    """The file of approved findings; None for the default."""
    snapshot: Path | None
    """A file of retained messages to check."""
    today: date
    """The date that approvals and sunsets are judged by."""
