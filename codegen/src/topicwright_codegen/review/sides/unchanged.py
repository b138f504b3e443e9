"""Whether two sides have the same files, byte for byte: then there is nothing to compile."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from topicwright_codegen.documents.source import candidates
from topicwright_codegen.review.sides.git_ref import REFERENCE
from topicwright_codegen.review.sides.inputs import Input

_ANY_REFERENCE: Final = re.compile(r"\$ref")
_WITHIN_OR_URL: Final = re.compile(r"""\$ref["']?\s*:\s*["']?(?:#|https?:)""")


def is_unchanged(old: Input, new: Input) -> bool:
    """Return whether two sides have the same files and settings; False where that is not certain."""
    settings = [(one.keep_unknown, one.implied_types, len(one.paths)) for one in (old, new)]
    if settings[0] != settings[1] or old.access.maps or new.access.maps:
        return False
    olds = _files(old)
    return olds is not None and olds == _files(new)


def _files(side: Input) -> dict[str, bytes] | None:
    """Return the files of a side, and those that they refer to, by their places; None where they are not sure."""
    found: dict[str, bytes] = {}
    for number, path in enumerate(side.paths):
        top = path.resolve()
        folder = top if top.is_dir() else top.parent
        waiting = [file.resolve() for file, _ in candidates([path])]
        for file in waiting:
            # A file that is named itself may have another name on the other side.
            key = f"{number}:{os.path.relpath(file, folder) if file != top else ''}"
            if key in found:
                continue
            content = _content(side, file)
            referred = _referred(file, content) if content is not None else None
            if content is None or referred is None:
                return None
            found[key] = content
            waiting += referred
    return found


def _content(side: Input, file: Path) -> bytes | None:
    try:
        return file.read_bytes() if side.access.allows(file) else None
    except OSError:
        return None


def _referred(file: Path, content: bytes) -> list[Path] | None:
    """Return the files that a file refers to; None where a reference may lead elsewhere."""
    text = content.decode("utf-8", "replace")
    paths = REFERENCE.findall(text)
    known = len(paths) + len(_WITHIN_OR_URL.findall(text))
    if known != len(_ANY_REFERENCE.findall(text)) or "$id" in text:
        return None
    return [(file.parent / unquote(path)).resolve() for path in paths]
