"""What a run has made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.output.package import Package
from topicwright_codegen.output.reuse import Made


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a run has made, and what it has to say."""

    catalog: Catalog
    package: Package
    diagnostics: Diagnostics
    read: tuple[Path, ...]
    """Every file that it has read."""
    made: Made
    """What the files of the package came of."""

    @property
    def counts(self) -> tuple[int, int]:
        """How many topics and services there are."""
        return len(self.catalog.topics), len(self.catalog.services)
