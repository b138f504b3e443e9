"""Colours and links of texts for people, by rich; only on a terminal, and as NO_COLOR and FORCE_COLOR say."""

from __future__ import annotations

import os
import re
from typing import Final, TextIO
from urllib.parse import urljoin

_STYLES: Final = {
    "place": "bold",
    "error": "bold red",
    "warning": "yellow",
    "code": "cyan",
    "good": "green",
    "added": "green",
    "removed": "red",
    "hunk": "cyan",
}
_PARTS: Final = (
    r"^(?P<place>[^\s:][^:\n]*:\d+(?::\d+)?)(?=: )",
    r"^[^\s:][^:\n]*:\d+:\d+: (?P<code>TW\d+)(?: (?P<warning>warning:))?",
    r"^(?P<error>topicwright(?: \w+)?: )",
    r"(?<=: )(?P<error>breaking)(?=[: ])",
    r"(?<=: )(?P<warning>risky)(?=[: ])",
    r"(?<=: )(?P<good>safe)(?=[: \n]|$)",
)
_DIFF_PARTS: Final = (
    r"^(?P<added>\+.*)$",
    r"^(?P<removed>-.*)$",
    r"^(?P<hunk>@@.*)$",
)
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
    if not coloured(stream):
        return text
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    is_diff = re.search(r"^@@ ", text, re.MULTILINE) is not None
    for part in _DIFF_PARTS if is_diff else _PARTS:
        for match in re.finditer(part, text, re.MULTILINE):
            for name, found in match.groupdict().items():
                if found is not None:
                    shown.stylize(_STYLES[name], *match.span(name))
    base = _documentation() if is_terminal(stream) else ""
    for match in re.finditer(r"(?<=: )TW\d+\b", text) if base else ():
        shown.stylize(f"link {link_of(match.group(), base)}", *match.span())
    console = Console(file=stream, force_terminal=True, color_system="standard", legacy_windows=False)
    with console.capture() as capture:
        console.print(shown, soft_wrap=True, end="")
    return capture.get()


def link_of(code: str, documentation: str) -> str:
    """Return the URL of a code in the page lint.md beside the documentation's index.

    Args:
        code: such as ``TW217``.
        documentation: the URL of the index; its headings have the anchors of GitHub.
    """
    from topicwright_codegen.diagnostics.codes import CODES

    title = CODES[code].title if code in CODES else ""
    heading = re.sub(r"[^\w\- ]", "", f"{code} {title}".lower()).strip().replace(" ", "-")
    return f"{urljoin(documentation, 'lint.md')}#{heading}"


def _documentation() -> str:
    """Return the URL of the documentation that the installed compiler declares; empty without one."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        declared = metadata("topicwright-codegen").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return ""
    urls: dict[str, str] = dict(text.split(", ", 1) for text in declared if ", " in text)
    return urls.get("Documentation", "")
