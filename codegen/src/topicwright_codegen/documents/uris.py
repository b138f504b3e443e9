"""URIs: references resolved against a base (RFC 3986, section 5), and the URIs of files."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""A letter alone is a drive of Windows."""


def has_scheme(text: str) -> bool:
    """Return whether a reference is an absolute URI."""
    return _SCHEME.match(text) is not None


def joined(base: str, reference: str) -> str:
    """Return the URI of a reference without a fragment; ``base`` is absolute and can have any scheme."""
    scheme = _SCHEME.match(base)
    if scheme is None or has_scheme(reference):
        return reference
    rest = base[scheme.end() :]
    if not rest.startswith("/"):  # a URN has no path that can be relative
        return f"{scheme[1]}:{reference}" if reference else base
    # urljoin knows the rules, and applies them to few schemes.
    try:
        return scheme[0] + urljoin(f"http:{rest}", reference).removeprefix("http:")
    except ValueError:  # what is in brackets is no IPv6 address
        return reference


def file_of(uri: str) -> Path | None:
    """Return the path that a ``file:`` URI names; None for any other URI."""
    if not uri.startswith("file:///"):
        return None
    path = unquote(urlsplit(uri).path)
    return Path(path[1:] if _DRIVE.match(path, 1) else path)
