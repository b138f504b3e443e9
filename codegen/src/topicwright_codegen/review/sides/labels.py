"""Shows paths of a git ref."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Labels:
    """Shows files of a git ref as ``REF:path``, instead of the temporary folder that they are in."""

    refs: Mapping[str, str] = field(default_factory=dict[str, str])
    """The name of the ref by its folder, which ends with a slash."""

    def shown(self, path: str) -> str:
        """Return ``REF:path`` for a file of a ref, and another path unchanged."""
        for prefix, ref in self.refs.items():
            if path.startswith(prefix):
                return f"{ref}:{path.removeprefix(prefix)}"
        return path

    def bare(self, path: str) -> str:
        """Return the path in the repository."""
        for prefix in self.refs:
            path = path.removeprefix(prefix)
        return path

    def uri(self, path: str) -> str:
        """Return the path as a URI reference (RFC 3986)."""
        bare = self.bare(path)
        return f"file://{quote(bare)}" if bare.startswith("/") else quote(bare)
