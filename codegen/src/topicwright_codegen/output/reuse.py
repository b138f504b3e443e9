"""What the last run has left that this one need not make again.

The texts are those of the package itself: a record only says which file came of what, and what its sum was. So a
record that is wrong, or forged, puts nothing into a package that was not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.catalog.model import Domain


@dataclass(frozen=True, slots=True)
class Made:
    """What the files of a package came of."""

    raw: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path: the sum of the text that went to the formatter."""
    states: Mapping[str, str] = field(default_factory=dict[str, str])
    """By domain: the sum of all that its files depend on."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """The package as the last run has left it, as far as nobody has changed it since."""

    folder: Path
    made: Made = Made()
    sums: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path: the sum of the finished file."""

    def finished(self, path: str, raw: str) -> str | None:
        """Return the formatted text of a file, where the same text was formatted before."""
        return self._text(path) if self.made.raw.get(path) == sum_of(raw) else None

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
        return content.decode("utf-8") if _sum(content) == self.sums.get(path) else None


def sum_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return _sum(text.encode("utf-8"))


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
