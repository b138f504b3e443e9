"""The parts of a ``$ref``, and URIs: references resolved against a base (RFC 3986, section 5), and those of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""A letter alone is a drive of Windows."""
DYNAMIC = ("$dynamicRef", "$recursiveRef")
"""References that lead to another schema where a validator has come through another resource with such a name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The parts of a ``$ref``."""

    text: str
    file: str
    """A relative path or a URL; empty for the document that the reference is in."""
    fragment: str
    keyword: str = "$ref"

    @classmethod
    def parse(cls, text: str, keyword: str = "$ref") -> Reference:
        """Split a reference at its ``#``."""
        file, _, fragment = text.partition("#")
        return cls(text, file, fragment, keyword)

    @property
    def shown(self) -> str:
        """The keyword and the text, for a message."""
        return f"{self.keyword} {self.text!r}"

    @property
    def kind(self) -> Literal["local", "url", "file"]:
        """How the document is named."""
        if not self.file:
            return "local"
        return "url" if has_scheme(self.file) or self.file.startswith("//") else "file"

    @property
    def anchor(self) -> str:
        """The name of an ``$anchor``; empty where the fragment is a JSON pointer."""
        name = unquote(self.fragment)
        return "" if name.startswith("/") else name


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
