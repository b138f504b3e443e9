"""What each code means and what to do about it: the text of docs/lint.md, which is in the package too."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from topicwright_codegen.diagnostics.codes import CODES
from topicwright_codegen.diagnostics.did_you_mean import nearest

FILE: Final = "explanations.md"
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
_SEVERITY: Final = {None: "an error or a warning", "error": "an error", "warning": "a warning"}


class UnknownCodeError(ValueError):
    """There is no such code."""


def explanation(code: str) -> str:
    """Return title, severity and text of a code as a terminal shows them.

    Raises:
        UnknownCodeError: there is no such code; the message has those that are near.
    """
    name = code.strip().upper()
    name = f"TW{name}" if name.isdecimal() else name
    if name not in CODES:
        raise UnknownCodeError(f"there is no code {code!r}: {_near(name)}")
    meaning = CODES[name]
    return f"{name}: {meaning.title} ({_SEVERITY[meaning.severity]})\n\n{_sections()[name]}\n"


def path_of_explanations() -> Path | None:
    """Return the file with all texts; None where the package is in an archive."""
    file = files("topicwright_codegen.diagnostics") / FILE
    return file if isinstance(file, Path) else None


def _near(name: str) -> str:
    """Return what was probably meant: codes of the same hundred that are like it, or what codes look like."""
    digits = name.removeprefix("TW")
    if digits.isdecimal():
        around = sorted(CODES, key=lambda code: (abs(int(code[2:]) - int(digits)), code))[:3]
        return "near ones are " + ", ".join(sorted(around))
    close = nearest(name, CODES)
    return f"did you mean {close}?" if close is not None else "codes are TW101 and so on"


@cache
def _sections() -> dict[str, str]:
    """Return the text of each code, links as their texts."""
    text = (files("topicwright_codegen.diagnostics") / FILE).read_text(encoding="utf-8")
    found = re.split(r"^### (TW\d+): .*\n", text, flags=re.MULTILINE)[1:]
    return {code: _plain(body) for code, body in zip(found[::2], found[1::2], strict=True)}


def _plain(body: str) -> str:
    """Return a section without the heading of the next part, and with the targets of links behind their texts."""
    own = re.split(r"^## ", body, maxsplit=1, flags=re.MULTILINE)[0]
    return _LINK.sub(lambda link: link[1] if link[2].startswith("#") else f"{link[1]} (docs/{link[2]})", own).strip()
