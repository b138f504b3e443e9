"""The result of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.output.package import Package
from topicwright_codegen.output.reuse import Provenance


@dataclass(frozen=True, slots=True)
class Compiled:
    """The result of a run: the catalog, its package, and the diagnostics."""

    catalog: Catalog
    package: Package
    diagnostics: Diagnostics
    read: tuple[Path, ...]
    """Every file that it has read."""
    provenance: Provenance
    """The origin of each file of the package."""

    @property
    def counts(self) -> tuple[int, int]:
        """How many topics and services there are."""
        return len(self.catalog.topics), len(self.catalog.services)
