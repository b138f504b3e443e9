"""Colours and links of texts for people, by rich; only on a terminal, and as NO_COLOR and FORCE_COLOR say."""

from __future__ import annotations

import os
import re
from typing import Final, TextIO

_STYLES: Final = {
    "place": "bold",
    "error": "bold red",
    "warning": "yellow",
    "good": "green",
    "added": "green",
    "removed": "red",
    "hunk": "cyan",
}
_PARTS: Final = (
    r"^(?P<place>[^\s:][^:\n]*:\d+(?::\d+)?)(?=: )",
    r"^[^\s:][^:\n]*:\d+:\d+: TW\d+ (?P<warning>warning:)",
    r"^(?P<place>topicwright(?: \w+)?: )",
    r"(?<=: )(?P<error>breaking)(?=[: ])",
    r"(?<=: )(?P<warning>risky)(?=[: ])",
    r"(?<=: )(?P<good>safe)(?=[: \n]|$)",
)
_DIFF_PARTS: Final = (
    r"^(?P<added>\+.*)$",
    r"^(?P<removed>-.*)$",
    r"^(?P<hunk>@@.*)$",
)
_CODE: Final = re.compile(r": TW\d+ ")
_DUMB: Final = ("", "dumb", "unknown")


def coloured(stream: TextIO) -> bool:
    """Return whether texts on a stream are coloured: NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal(stream)


def is_terminal(stream: TextIO) -> bool:
    """Return whether a stream is a terminal that can do more than show characters."""
    return stream.isatty() and os.environ.get("TERM", "") not in _DUMB


def painted(text: str, stream: TextIO) -> str:
    """Return a text with the colours and links that a stream is to have; most often the text itself."""
    shown = _coloured(text, stream) if coloured(stream) else text
    if _CODE.search(text):
        from topicwright_codegen.diagnostics.hyperlinks import has_links, with_links

        shown = with_links(shown) if has_links(stream) else shown
    return shown


def _coloured(text: str, stream: TextIO) -> str:
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    is_diff = re.search(r"^@@ ", text, re.MULTILINE) is not None
    for part in _DIFF_PARTS if is_diff else _PARTS:
        for match in re.finditer(part, text, re.MULTILINE):
            for name, found in match.groupdict().items():
                if found is not None:
                    shown.stylize(_STYLES[name], *match.span(name))
    console = Console(file=stream, force_terminal=True, color_system="standard", legacy_windows=False)
    with console.capture() as capture:
        console.print(shown, soft_wrap=True, end="")
    return capture.get()
