"""What is to be compared, and how."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from topicwright_codegen.commands.arguments import flags_of
from topicwright_codegen.project.config import Flags
from topicwright_codegen.review.findings.verdicts import Severity


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What the command line of ``diff`` says."""

    paths: tuple[Path, ...]
    flags: Flags
    """How both sides are read."""
    against: str | None
    window: int
    tags: str
    formats: tuple[str, ...]
    """Each as FORMAT or FORMAT=FILE."""
    fail_on: Severity
    witnesses: bool
    write: bool
    approvals: Path | None
    snapshot: Path | None
    today: date

    @classmethod
    def of(cls, options: argparse.Namespace) -> DiffOptions:
        """Return the options of a parsed command line."""
        return cls(
            paths=tuple(options.paths),
            flags=flags_of(options),
            against=options.against,
            window=options.window,
            tags=options.tags,
            formats=tuple(options.format or ("text",)),
            fail_on=options.fail_on,
            witnesses=not options.no_witnesses,
            write=options.write,
            approvals=options.approvals,
            snapshot=options.snapshot,
            today=options.today or date.today(),
        )
