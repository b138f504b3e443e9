"""The extensions with a meaning here, and warnings for misspelt ones, which would silently have no effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import nearest
from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.values import Map, Seq, Value

EXTENSIONS = (
    "x-deprecated",
    "x-domain",
    "x-domains",
    "x-envelope",
    "x-envelope-data",
    "x-event-type",
    "x-generated",
    "x-lint-ignore",
    "x-origin",
    "x-owner",
    "x-partition-key",
    "x-renamed-from",
    "x-replay-window",
    "x-service",
    "x-services",
    "x-stream-until",
    "x-sunset",
    "x-unit",
)
_NAMES = frozenset(("properties", "patternProperties", "definitions", "$defs"))
"""The keys in these are names that the author gives."""
_VALUES = frozenset(("example", "examples", "default", "const", "enum"))
_NEAR = 0.85


def check_extensions(documents: Iterable[Document], diagnostics: Diagnostics) -> None:
    """Report the extensions that are nearly one of ours."""
    for document in documents:
        for pointer, key in _extensions(document.value, ()):
            close = None if key in EXTENSIONS else nearest(key.replace("_", "-"), EXTENSIONS, _NEAR)
            if close is not None:
                node = Node(document, pointer, None)
                text = f"extension {key!r} means nothing here"
                diagnostics.warning("TW228", text, node, f"did you mean {close!r}?")


def _extensions(value: Value, pointer: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Seq):
        for at, item in enumerate(value):
            if isinstance(item, (Map, Seq)):
                yield from _extensions(item, (*pointer, str(at)))
    elif isinstance(value, Map):
        named = bool(pointer) and pointer[-1] in _NAMES
        for key, item in value.items():
            if key[:2] in ("x-", "X-", "x_") and not named:
                yield (*pointer, key), key
            elif isinstance(item, (Map, Seq)) and (named or key not in _VALUES):
                yield from _extensions(item, (*pointer, key))
