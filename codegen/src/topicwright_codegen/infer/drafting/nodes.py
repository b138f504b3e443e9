"""Parts of a YAML document that keep their comments; the library that writes them has no complete types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias, cast

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from topicwright_codegen.infer.drafting.comments import line

Node: TypeAlias = Any
"""A mapping or a sequence that knows its comments, as the library makes it."""


def mapping(**values: object) -> Node:
    """Return a mapping."""
    return cast("Node", CommentedMap(**values))


def sequence(values: Iterable[object]) -> Node:
    """Return a sequence."""
    return cast("Node", CommentedSeq(values))


def is_mapping(value: object) -> bool:
    """Return whether a value is a mapping of a document."""
    return isinstance(value, CommentedMap)


def is_sequence(value: object) -> bool:
    """Return whether a value is a sequence of a document."""
    return isinstance(value, CommentedSeq)


def in_one_line(node: Node) -> Node:
    """Write a mapping or a sequence in braces or brackets."""
    node.fa.set_flow_style()
    return node


def behind(parent: Node, key: str, text: str) -> None:
    """Write a comment behind a key."""
    parent.yaml_add_eol_comment(line(text), key, column=0)


def before(parent: Node, key: str, lines: Iterable[str], indent: int = 0) -> None:
    """Write comments on lines before a key."""
    parent.yaml_set_comment_before_after_key(key, before="\n".join(map(line, lines)), indent=indent)
