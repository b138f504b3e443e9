"""The parts of a ``$ref``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from topicwright_codegen.documents.uris import has_scheme

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
