"""A schema of an author, widened by what was heard: only where the author has left it as it was written.

``base`` is what was written, as plain data: a keyword that differs from it is the author's, and stays. Whatever is
changed here is changed in both, so that it counts as written the next time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from topicwright_codegen.infer.drafting.schema import ALWAYS_NULL, note_questions, remark_of, seen_in
from topicwright_codegen.infer.payloads.json_values import is_array, is_table

_SCALARS: Final = frozenset(("string", "boolean", "integer", "number", "null"))
Schema = MutableMapping[str, Any]


@dataclass(slots=True)
class Changes:
    """What was added to a file, and what was not because the author had decided otherwise."""

    added: list[str] = field(default_factory=list[str])
    kept: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Widening:
    """Widens the schemas of one document."""

    resolve: Callable[[Any], Any]
    """Follows a reference inside the document; returns None for one that leads elsewhere."""
    resolve_base: Callable[[Any], Any]
    changes: Changes

    def schema(self, theirs: Any, base: Any, new: Mapping[str, Any], where: str) -> None:
        """Widen one schema.

        Args:
            theirs: the author's, which is changed.
            base: what was written there; None where nothing was.
            new: the schema of what was heard.
            where: the place, for people.
        """
        theirs, base = self.resolve(theirs), self.resolve_base(base)
        if not new and remark_of(new) == ALWAYS_NULL:
            new = {"type": "null"}
        if not isinstance(theirs, MutableMapping) or not new:
            return
        theirs = cast("Schema", theirs)
        known: Schema = cast("Schema", base) if isinstance(base, MutableMapping) else {}
        written = isinstance(base, MutableMapping)
        if written and not _plain(theirs) and not _plain(known):
            self._fill(theirs, known, new, where)
            return
        if written:
            self._types(theirs, known, new, where)
            self._values(theirs, known, new, where)
            self._required(theirs, known, new, where)
        self._fields(theirs, known, new, where, written)
        for keyword in ("items", "additionalProperties"):
            if isinstance(new.get(keyword), Mapping) and isinstance(theirs.get(keyword), Mapping):
                self.schema(theirs[keyword], known.get(keyword), new[keyword], f"{where}[]")

    def _fill(self, theirs: Schema, known: Schema, new: Mapping[str, Any], where: str) -> None:
        """Describe what was always null, or empty, until now."""
        if new.get("type", "null") == "null" and "anyOf" not in new:
            return
        for target in (theirs, known):
            target.update(copy.deepcopy(dict(new)))
            if isinstance(target.get("type"), str | list):
                types = _types_of(target)
                target["type"] = [*types, "null"] if "null" not in types else types
                if "enum" in target and None not in target["enum"]:
                    target["enum"].append(None)
        self.changes.added.append(f"{where}: type {new.get('type', 'anyOf')}")

    def _types(self, theirs: Schema, known: Schema, new: Mapping[str, Any], where: str) -> None:
        before, now = _types_of(theirs), _types_of(new)
        if not before or not now or _types_of(known) != before or not {*before, *now} <= _SCALARS | {*before}:
            return
        wider = [*before, *(kind for kind in now if kind not in before)]
        if "number" in wider and "integer" in wider:
            wider.remove("integer")
        if wider == before or ("integer" in now and "number" in before and len(wider) == len(before)):
            return
        for target in (theirs, known):
            target["type"] = wider if len(wider) > 1 else wider[0]
            if "null" in wider and "enum" in target and None not in target["enum"]:
                target["enum"].append(None)
        self.changes.added.append(f"{where}: type {' or '.join(wider)}")

    def _values(self, theirs: Schema, known: Schema, new: Mapping[str, Any], where: str) -> None:
        if "enum" in theirs and theirs["enum"] == known.get("enum"):
            seen = seen_in(new)
            more = [text for text in seen or () if text not in theirs["enum"]]
            if seen is None and "string" in _types_of(new):
                for target in (theirs, known):
                    del target["enum"]
                self.changes.added.append(f"{where}: any text, since the texts are no longer few names")
            elif more:
                for target in (theirs, known):
                    target["enum"].extend(more)
                self.changes.added.append(f"{where}: {len(more)} more in the enum")
        written = "format" in theirs and theirs["format"] == known.get("format")
        if written and "string" in _types_of(new) and new.get("format") != theirs["format"]:
            for target in (theirs, known):
                del target["format"]
            self.changes.added.append(f"{where}: any text, since not all have the format")

    def _required(self, theirs: Schema, known: Schema, new: Mapping[str, Any], where: str) -> None:
        if "object" not in _types_of(new) or "required" not in theirs or "properties" not in new:
            return
        if list(theirs["required"]) != list(known.get("required", ())):
            return
        absent = [name for name in theirs["required"] if name not in new.get("required", ())]
        for name in absent:
            for target in (theirs, known):
                target["required"].remove(name)
            self.changes.added.append(f"{where}.{name}: no longer required")
        for target in (theirs, known):
            if not target["required"]:
                del target["required"]

    def _fields(self, theirs: Schema, known: Schema, new: Mapping[str, Any], where: str, written: bool) -> None:
        heard: Mapping[str, Any] = new.get("properties") or {}
        there = theirs.get("properties")
        if not heard or (there is None and "object" not in _types_of(theirs)):
            return
        before: Mapping[str, Any] = known.get("properties") or {}
        for name, schema in heard.items():
            place = f"{where}.{name}"
            if there is not None and name in there:
                self.schema(there[name], before.get(name), schema, place)
            elif name in before:
                self.changes.kept.append(f"{place}: you removed it")
            elif theirs.get("additionalProperties") is False and (
                not written or known.get("additionalProperties") is not False
            ):
                self.changes.kept.append(f"{place}: your schema allows no further fields")
            elif theirs.get("additionalProperties") not in (None, False, True) and there is None:
                continue  # a map: the field is one of its keys
            else:
                there = self._add_field(theirs, known if written else None, name, schema)
                self.changes.added.append(f"{place}: a field")

    def _add_field(self, theirs: Schema, known: Schema | None, name: str, schema: Any) -> Any:
        if "properties" not in theirs:
            theirs["properties"] = type(schema)()
        theirs["properties"][name] = schema
        note_questions(theirs["properties"], name, schema)
        if known is not None:
            known.setdefault("properties", {})[name] = plain(schema)
        return theirs["properties"]


def _types_of(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type")
    return [kinds] if isinstance(kinds, str) else list(kinds) if is_array(kinds) else []


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of a schema that constrain its values."""
    notes = ("description", "title", "examples")
    return {key: value for key, value in schema.items() if key not in notes and not key.startswith("x-")}


def plain(value: Any) -> Any:
    """Return a part of a document as data without comments and styles."""
    if is_table(value):
        return {str(key): plain(inner) for key, inner in value.items()}
    if is_array(value):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
