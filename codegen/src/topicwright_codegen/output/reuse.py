"""Output of the last run that can be reused.

The texts are those of the package itself: a record has only their digests, and what each was generated from. So a
record that is wrong or forged cannot put a text into a package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.catalog.model import Domain
from topicwright_codegen.digest import digest


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of each file of a package: the texts that it was generated from."""

    unformatted: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path: the digest of the text before it was formatted."""
    fingerprints: Mapping[str, str] = field(default_factory=dict[str, str])
    """By domain: its fingerprint; see ``domain_state``."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """The package of the last run, without the files that were changed since."""

    folder: Path
    provenance: Provenance = Provenance()
    digests: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path: the digest of the finished file."""

    def finished(self, path: str, unformatted: str) -> str | None:
        """Return the formatted text of a file, where the same text was formatted before."""
        return self._text(path) if self.provenance.unformatted.get(path) == digest(unformatted) else None

    def domain(self, domain: Domain, fingerprint: str) -> dict[str, str] | None:
        """Return the finished files of a domain by path, where they were generated from the same."""
        if self.provenance.fingerprints.get(domain.name) != fingerprint:
            return None
        texts = {path: text for path in domain.paths if (text := self._text(path)) is not None}
        return texts if len(texts) == len(domain.paths) else None

    def _text(self, path: str) -> str | None:
        try:
            content = (self.folder / path).read_bytes()
        except OSError:
            return None
        return content.decode("utf-8") if digest(content) == self.digests.get(path) else None
