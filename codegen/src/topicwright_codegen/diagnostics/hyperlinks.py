"""Codes as links (OSC 8) to their explanations, where a terminal has links."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final, TextIO

from topicwright_codegen.diagnostics.explanations import path_of_explanations

_CODE: Final = re.compile(r"(?<=: )(TW\d{3})(?= )")
_PROGRAMS: Final = frozenset(("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"))
_VARIABLES: Final = ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM")
_VTE: Final = 5000
"""The first version of VTE with links, 0.50."""


def has_links(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a stream is a terminal that shows links; ``FORCE_HYPERLINK`` (1 or 0) decides otherwise."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in ("", "0")
    if not stream.isatty() or environment.get("TERM") == "dumb":
        return False
    vte = environment.get("VTE_VERSION", "")
    known = vte.isdecimal() and int(vte) >= _VTE
    return known or environment.get("TERM_PROGRAM") in _PROGRAMS or any(map(environment.get, _VARIABLES))


def with_links(text: str) -> str:
    """Return lines of diagnostics with the code of each as a link to the file with the explanations."""
    file = path_of_explanations()
    if file is None:
        return text
    start, end = f"\x1b]8;;{file.resolve().as_uri()}\x1b\\", "\x1b]8;;\x1b\\"
    lines = text.splitlines(keepends=True)
    return "".join(_CODE.sub(lambda code: f"{start}{code[0]}{end}", line, count=1) for line in lines)
