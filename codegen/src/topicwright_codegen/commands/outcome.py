"""How a command ends: findings, messages and the exit status."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes findings in one format, and what else there is to say where it does not get into their way."""

    format: str
    read: set[Path] = field(default_factory=set[Path])
    """Takes the files that the run has read."""

    def findings(self, diagnostics: Diagnostics) -> None:
        """Write findings: a text to standard error, what a machine reads to standard output."""
        text = FORMATS[self.format](diagnostics.sorted())
        (sys.stderr if self.format == "text" else sys.stdout).write(text)

    def say(self, text: str) -> None:
        """Write a line for people."""
        print(text, file=sys.stdout if self.format == "text" else sys.stderr)
