"""What the last run has left that this one need not make again.

The texts are those of the package itself: a record only says which file came of what, and what its digest was. So a
record that is wrong, or forged, puts nothing into a package that was not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.catalog.model import Domain
from topicwright_codegen.output.digest import digest


@dataclass(frozen=True, slots=True)
class Made:
    """What the files of a package came of."""

    raw: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path: the digest of the text that went to the formatter."""
    states: Mapping[str, str] = field(default_factory=dict[str, str])
    """By domain: its fingerprint; see ``domain_state``."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """The package as the last run has left it, as far as nobody has changed it since."""

    folder: Path
    made: Made = Made()
    digests: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path: the digest of the finished file."""

    def finished(self, path: str, raw: str) -> str | None:
        """Return the formatted text of a file, where the same text was formatted before."""
        return self._text(path) if self.made.raw.get(path) == digest(raw) else None

    def domain(self, domain: Domain, state: str) -> dict[str, str] | None:
        """Return the finished files of a domain by path, where it was written from the same state."""
        if self.made.states.get(domain.name) != state:
            return None
        texts = {path: text for path in domain.paths if (text := self._text(path)) is not None}
        return texts if len(texts) == len(domain.paths) else None

    def _text(self, path: str) -> str | None:
        try:
            content = (self.folder / path).read_bytes()
        except OSError:
            return None
        return content.decode("utf-8") if digest(content) == self.digests.get(path) else None
