"""A document as YAML or JSON."""

from __future__ import annotations

import json
from typing import Any, Protocol, cast

import yaml

from topicwright_codegen.bundle.copier import Object
from topicwright_codegen.documents.values import ReadError
from topicwright_codegen.documents.yaml_reader import read_yaml
from topicwright_codegen.overriding import override

_WIDTH = 120


class _Represents(Protocol):
    def represent_scalar(self, tag: str, value: str, style: str | None = None) -> yaml.ScalarNode: ...


class _Dumper(yaml.SafeDumper):
    """Writes YAML that means the same in versions 1.1 and 1.2, without aliases."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True


def _string(dumper: _Represents, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text.strip("\n") else None if _is_plain(text) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


def _is_plain(text: str) -> bool:
    """Return whether YAML 1.2 reads the unquoted text as a string; PyYAML implements 1.1 only."""
    if not text[:1] or text[0] not in "+-.0123456789nNtTfF~":
        return True
    try:
        return isinstance(read_yaml(text), str)
    except ReadError:
        return False


_Dumper.add_representer(str, _string)


def as_yaml(document: Object) -> str:
    """Return the document as YAML."""
    # The types of PyYAML leave the width half unknown since 6.0.12.20261122.
    text: str = cast(Any, yaml).dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text


def as_json(document: Object) -> str:
    """Return the document as JSON."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
