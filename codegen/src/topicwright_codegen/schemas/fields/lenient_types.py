"""Which names of ``x-lenient`` go with a type or a field: the others have no effect, and are reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from topicwright_codegen.asyncapi.leniencies import KEY, LENIENCIES, OF_FIELDS, OF_VALUES
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.values import Seq
from topicwright_codegen.schemas.draft import Draft
from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of

_ANY: Final = "any"
_TEXTS: Final = frozenset(("string", "listed text", "date-time", "date", "uuid", _ANY))
_NUMBERS: Final = frozenset(("integer", "number", "listed number", _ANY))
_BOOLEANS: Final = frozenset(("boolean", "listed boolean", _ANY))


class _Use(NamedTuple):
    targets: frozenset[str]
    """The kinds that it is for."""
    taken: frozenset[str]
    """The kinds that have the value already: of a type with one of them, no value means another one."""


def _use(targets: Iterable[str], taken: Iterable[str]) -> _Use:
    return _Use(frozenset(targets), frozenset(taken) - frozenset(targets))


_USES: Final[Mapping[str, _Use]] = {
    "number-from-text": _use(("integer", "number", "listed number"), _TEXTS),
    "boolean-from-text": _use(("boolean", "listed boolean"), _TEXTS),
    "boolean-from-number": _use(("boolean", "listed boolean"), _NUMBERS),
    "text-from-number": _use(("string", "listed text"), _NUMBERS),
    "text-from-boolean": _use(("string", "listed text"), _BOOLEANS),
    "text-in-any-case": _use(("listed text",), _TEXTS),
    "time-without-zone": _use(("date-time",), _TEXTS),
    "time-with-short-zone": _use(("date-time",), _TEXTS),
    "time-from-number": _use(("date-time",), _NUMBERS),
}


@dataclass(slots=True)
class LenientTypes:
    """Finds the leniencies that have an effect."""

    drafts: Sequence[Draft]
    diagnostics: Diagnostics
    _used: set[Identity] = field(default_factory=set[Identity])
    """The schemas whose leniencies a field has."""

    def keep_possible(self) -> None:
        """Leave out of types the leniencies of values that do not go with them, and report each."""
        for draft in self.drafts:
            if draft.lenient:
                kinds = frozenset(self._kinds(draft.schema, frozenset()))
                possible = {name for name in draft.lenient if name in OF_VALUES and self._goes(name, kinds, draft)}
                draft.lenient = tuple(name for name in draft.lenient if name in possible or name in OF_FIELDS)

    def _goes(self, name: str, kinds: frozenset[str], draft: Draft) -> bool:
        use = _USES[name]
        if kinds & use.targets and not kinds & use.taken:
            return True
        clash = sorted(kinds & use.taken)
        also = f", and not beside {clash[0]}" if clash and kinds & use.targets else ""
        self._report(name, draft.node, f"it is for {LENIENCIES[name]}{also}")
        return False

    def of_field(self, nodes: Iterable[Node], schema: Flat, *, may_be_absent: bool, nullable: bool) -> tuple[str, ...]:
        """Return what is read as absent for a field, by the names of its schema and of what that refers to."""
        found: dict[str, None] = {}
        for node in nodes:
            for name in _listed(node):
                if name in OF_FIELDS and may_be_absent and not self._is_value(name, schema, nullable):
                    found[name] = None
                    self._used.add(node.identity)
        return tuple(found)

    def _is_value(self, name: str, schema: Flat, nullable: bool) -> bool:
        """Return whether what should be absent is a value of the field."""
        if name == "null-for-absent":
            return nullable
        return bool({"string", "empty text", _ANY} & set(self._kinds(schema, frozenset())))

    def report_unused(self) -> None:
        """Report the leniencies of fields on schemas that are no field with a use for them."""
        for draft in self.drafts:
            names = [name for name in draft.lenient if name in OF_FIELDS]
            for name in names if draft.node.identity not in self._used else ():
                self._report(name, draft.node, f"it is for {LENIENCIES[name]}")

    def _report(self, name: str, node: Node, hint: str) -> None:
        raw = node.get(KEY) or node
        at = next((item for item in raw.elements() if item.value == name), raw) if isinstance(raw.value, Seq) else raw
        self.diagnostics.warning("TW434", f"{KEY} {name!r} has no effect on this schema", at, hint)

    def _kinds(self, schema: Flat, seen: frozenset[int]) -> Iterator[str]:
        """Yield the kinds of the values of a schema in the flat form."""
        number = reference_of(schema)
        if number is not None:
            draft = self.drafts[number]
            if draft.kind == "object":
                yield "object"
            elif number not in seen:
                yield from self._kinds(draft.schema, seen | {number})
        elif "anyOf" in schema:
            for branch in branches_of(schema):
                yield from self._kinds(branch, seen)
        elif "enum" in schema:
            yield from map(_kind_of, cast("list[object]", schema["enum"]))
            yield from ("empty text" for value in cast("list[object]", schema["enum"]) if value == "")
        else:
            yield str(schema.get("format") or schema.get("type") or _ANY)


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "listed boolean"
    return "listed number" if isinstance(value, (int, float)) else "listed text"


def _listed(node: Node) -> list[str]:
    raw = node.get(KEY)
    listed = [] if raw is None else raw.value if isinstance(raw.value, Seq) else [raw.value]
    return [name for name in listed if isinstance(name, str)]
