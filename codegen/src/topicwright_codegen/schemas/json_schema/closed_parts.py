"""Objects of which one part forbids the fields of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map
from topicwright_codegen.schemas.json_schema.keywords import keywords_of
from topicwright_codegen.schemas.json_schema.patterns import portable

_COMPOSED = ("allOf", "oneOf", "anyOf")


def report_closed_parts(node: Node, source: Source) -> None:
    """Report fields of one part of an object that another part, with ``additionalProperties: false``, forbids.

    Each part of an ``allOf`` and each alternative judges the whole object (JSON Schema draft 7, section 6.5.6).
    """
    if keywords_of(node).keys().isdisjoint(_COMPOSED):
        return
    parts = [[node], *(_flat(part, source) for part in _elements(node, "allOf", source))]
    for at, part in enumerate(parts):
        _report("allOf", node, part, parts[:at] + parts[at + 1 :], source)
    for key in ("oneOf", "anyOf"):
        for branch in _elements(node, key, source):
            one = _flat(branch, source)
            _report(key, node, one, parts, source)
            for part in parts:
                _report(key, node, part, [one], source)


def _elements(node: Node, key: str, source: Source) -> Iterator[Node]:
    parts = node.get(key)
    for part in parts.elements() if parts is not None else ():
        resolved = source.resolve(part)
        if resolved is not None and isinstance(resolved.value, Map):
            yield resolved


def _flat(node: Node, source: Source) -> list[Node]:
    """Return a schema and the parts that it is made of."""
    found: dict[Identity, Node] = {node.identity: node}
    waiting = [node]
    while waiting:
        for part in _elements(waiting.pop(), "allOf", source):
            if part.identity not in found:
                found[part.identity] = part
                waiting.append(part)
    return list(found.values())


def _report(key: str, node: Node, part: Iterable[Node], others: Iterable[Iterable[Node]], source: Source) -> None:
    for closed in part:
        if keywords_of(closed).get("additionalProperties") is not False:
            continue
        names: dict[str, bool] = {}
        for other in (schema for schemas in others for schema in schemas):
            for name, needed in _fields(other):
                if not _allows(closed, name):
                    names[name] = names.get(name, False) or needed
        if names:
            _report_forbidden(key, node, closed, names, source.diagnostics)


def _fields(node: Node) -> Iterator[tuple[str, bool]]:
    """Yield the fields that a schema names, and whether it requires each."""
    properties, required = node.get("properties"), node.get("required")
    needed = [item.value for item in required.elements()] if required is not None else []
    for name, schema in properties.members() if properties is not None else ():
        if schema.value is not False:
            yield name, name in needed


def _allows(closed: Node, name: str) -> bool:
    properties, patterns = closed.get("properties"), closed.get("patternProperties")
    if properties is not None and properties.get(name) is not None:
        return True
    listed = [portable(pattern) for pattern, _ in patterns.members()] if patterns is not None else []
    return any(pattern is None or _matches(pattern, name) for pattern in listed)


def _matches(pattern: str, name: str) -> bool:
    from pydantic_core import SchemaValidator, core_schema  # only here: it takes a tenth of a short run

    return SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python(name)


def _report_forbidden(key: str, node: Node, closed: Node, names: Mapping[str, bool], diagnostics: Diagnostics) -> None:
    needed = sorted(name for name, is_needed in names.items() if is_needed)
    shown = ", ".join(map(repr, (needed or sorted(names))[:3])) + (", ..." if len(needed or names) > 3 else "")
    effect = "no value satisfies both" if needed else "no value can have it"
    text = f"{shown} beside additionalProperties: false of another part of the schema: {effect}"
    hint = "leave additionalProperties out of that part, or name the fields in it too"
    at = closed.get("additionalProperties") or closed
    diagnostics.warning("TW433", text, node.get(key) or node, hint, [at])
