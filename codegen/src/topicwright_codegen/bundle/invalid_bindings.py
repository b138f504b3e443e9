"""Bindings that AsyncAPI 3.0 does not allow, from documents of AsyncAPI 2, in which almost anything passes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from topicwright_codegen.asyncapi.validation.published_schema import wrong_places
from topicwright_codegen.bundle.copier import Object

BUNDLE_VERSION: Final = "3.0.0"
"""The version of AsyncAPI that a bundle has."""
_ASIDE: Final = "x-bindings"
_BINDINGS: Final = "bindings"


def move_invalid_bindings(document: Object) -> None:
    """Move each binding that would make the document invalid to ``x-bindings`` beside it; those of mqtt stay."""
    for path in list(wrong_places(BUNDLE_VERSION[:3], document)):
        at = path.index(_BINDINGS) if _BINDINGS in path else len(path)
        if at + 1 < len(path) and path[at + 1] != "mqtt":
            _move(_object_at(document, path[:at]), str(path[at + 1]))


def _object_at(value: object, path: Iterable[str | int]) -> Object:
    for token in path:
        if isinstance(value, dict):
            value = cast("dict[str | int, object]", value)[token]
        else:
            value = cast("list[object]", value)[int(token)]
    return cast(Object, value)


def _move(owner: Object, protocol: str) -> None:
    bindings = owner.get(_BINDINGS)
    if isinstance(bindings, dict) and protocol in bindings:
        aside = cast(Object, owner.setdefault(_ASIDE, {}))
        aside[protocol] = cast(Object, bindings).pop(protocol)
