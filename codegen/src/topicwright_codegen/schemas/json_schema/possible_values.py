"""Listed values that the type beside them excludes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_IS: Mapping[str, Callable[[Value], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and (not isinstance(value, float) or value.is_integer()),
    "array": lambda value: isinstance(value, Seq),
    "object": lambda value: isinstance(value, Map),
}


def possible_values(node: Node, listed: Sequence[Value], diagnostics: Diagnostics) -> Seq:
    """Return the values of ``enum`` or ``const`` that the type beside it allows; all of them where it allows none.

    Each other one is reported, but null: in a list of texts it is common, and without effect.
    """
    declared = node.value.get("type") if isinstance(node.value, Map) else None
    kinds = list(declared) if isinstance(declared, Seq) else [declared]
    checks = [_IS[kind] for kind in kinds if isinstance(kind, str) and kind in _IS]
    possible, excluded = Seq(), Seq()
    for value in listed:
        fits = not checks or any(check(value) for check in checks)
        (possible if fits else excluded).append(value)
    if any(value is not None for value in excluded):
        _report_excluded(node, [value for value in excluded if value is not None], kinds, diagnostics)
    if not possible:
        possible.extend(listed)
    return possible


def _report_excluded(node: Node, excluded: Sequence[Value], kinds: Sequence[Value], diagnostics: Diagnostics) -> None:
    first, more = excluded[0], f" and {len(excluded) - 1} more" if excluded[1:] else ""
    written = str(first).lower() if isinstance(first, bool) else repr(first)
    text = f"type {' or '.join(map(str, kinds))} excludes the value {written[:80]}{more}: nobody can send it"
    hint = "put it into quotes" if "string" in kinds and not isinstance(first, (Map, Seq)) else "correct the type"
    diagnostics.warning("TW432", text, node.get("const") or node.get("enum") or node, hint)
