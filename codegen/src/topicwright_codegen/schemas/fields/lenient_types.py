"""Which names of ``x-lenient`` go with a type or a field: the others have no effect, and are reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from topicwright_codegen.asyncapi.leniencies import KEY, LENIENCIES, OF_FIELDS, OF_VALUES
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.values import Seq
from topicwright_codegen.schemas.draft import Draft
from topicwright_codegen.schemas.fields.leniency_uses import clash, kinds_of, may_mean_absent
from topicwright_codegen.schemas.flat import Flat


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
                kinds = frozenset(kinds_of(draft.schema, self.drafts))
                possible = {name for name in draft.lenient if name in OF_VALUES and self._goes(name, kinds, draft)}
                draft.lenient = tuple(name for name in draft.lenient if name in possible or name in OF_FIELDS)

    def _goes(self, name: str, kinds: frozenset[str], draft: Draft) -> bool:
        beside = clash(name, kinds)
        if beside is None:
            return True
        also = f", and not beside {beside}" if beside else ""
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
        return not may_mean_absent(name, frozenset(kinds_of(schema, self.drafts)))

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


def _listed(node: Node) -> list[str]:
    raw = node.get(KEY)
    listed = [] if raw is None else raw.value if isinstance(raw.value, Seq) else [raw.value]
    return [name for name in listed if isinstance(name, str)]
