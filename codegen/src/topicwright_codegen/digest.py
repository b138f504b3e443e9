"""SHA-256 digests of texts and files, in hexadecimal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(content: str | bytes) -> str:
    """Return the digest of bytes, or of a text in UTF-8."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()


def file_digests(paths: Iterable[Path], base: Path | None = None) -> dict[str, str]:
    """Return the digest of each file by its path, below ``base`` if that is given; paths without a file share one."""
    return {
        path.relative_to(base).as_posix() if base else str(path): digest(path.read_bytes() if path.is_file() else b"?")
        for path in paths
    }
