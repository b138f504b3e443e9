"""Kinds of values: which includes which, on the wire and in Python."""

from __future__ import annotations

from topicwright_codegen.review.findings.verdicts import SourceApi
from topicwright_codegen.review.schemas.values.alternatives import Atom, Types, atoms_of
from topicwright_codegen.review.schemas.values.examples import accepts, limit, sample, sample_atom
from topicwright_codegen.schemas.types import Type


def one_object(olds: list[Atom], news: list[Atom]) -> bool:
    """Tell whether there is one class on each side: it is the same one whatever it is called."""
    return all(sum(atom.kind == "object" for atom in atoms) == 1 for atoms in (olds, news))


def alike(old: Atom, new: Atom) -> bool:
    """Tell whether two alternatives are compared in detail: tuples of another length have no value in common."""
    return (new.kind, new.format, len(new.prefix)) == (old.kind, old.format, len(old.prefix))


def distinct(atom: Atom) -> dict[str, object]:
    """Return the values of a literal by a key that tells 1 from true."""
    return {f"{type(value).__name__}:{value}": value for value in atom.values}


def shown(atoms: list[Atom]) -> str:
    """Return how a finding names alternatives."""
    return " or ".join(atom.shown for atom in atoms)


_LITERALS: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int,), "boolean": (bool,)}


def includes(wide: Atom, narrow: Atom, types: Types, wide_types: Types) -> bool:
    """Tell whether every value of one kind is of the other kind; limits are compared where kinds are the same."""
    if wide.kind == "any":
        return True
    if wide.kind == "map" and narrow.kind == "object":
        return _holds(wide, narrow, types, wide_types)
    if wide.kind == "array" and narrow.kind == "array":
        return bool(narrow.prefix) and not wide.prefix and _elements(wide, narrow, types, wide_types)
    if wide.kind == "string" and narrow.kind == "string":
        return not wide.format and not set(wide.schema) - {"type"}
    if narrow.kind == "literal":
        wanted = _LITERALS.get(wide.kind, ())
        return all(type(value) in wanted and accepts(wide, value) for value in narrow.values)
    return (wide.kind, narrow.kind) == ("number", "integer")


def _holds(wide: Atom, narrow: Atom, types: Types, wide_types: Types) -> bool:
    """Tell whether a map takes the value of every field of an object, and of the fields that it does not name."""
    members = atoms_of(wide.member, wide_types)
    if narrow.type is None or any(atom.kind == "any" for atom in members):
        return True
    return not narrow.type.open and all(
        _fits(atoms_of(field.schema, types), members, types, wide_types) for field in narrow.type.fields
    )


def _elements(wide: Atom, narrow: Atom, types: Types, wide_types: Types) -> bool:
    members = atoms_of(wide.items, wide_types)
    return all(_fits(atoms_of(item, types), members, types, wide_types) for item in narrow.prefix)


def _fits(narrow: list[Atom], wide: list[Atom], types: Types, wide_types: Types) -> bool:
    """Tell whether each alternative is one of others without limits, or included in one."""
    return all(any(_plain(one, other, types, wide_types) for other in wide) for one in narrow)


def _plain(narrow: Atom, wide: Atom, types: Types, wide_types: Types) -> bool:
    same = narrow.kind == wide.kind and wide.kind in ("string", "integer", "number", "boolean", "null")
    bare = not set(wide.schema) - {"type", "format"}
    return bare and ((same and narrow.format == wide.format) or includes(wide, narrow, types, wide_types))


def breaks(olds: list[Atom], news: list[Atom]) -> SourceApi:
    """Return what Python another type breaks: who writes values of the old one, who reads them as such, or both."""
    produce = not all(any(_is_subtype(old, new) for new in news) for old in olds)
    read = not all(any(_is_subtype(new, old) for old in olds) for new in news)
    return "both" if produce and read else "produce" if produce else "read" if read else "ok"


_SUPERTYPES = {
    "boolean": ("boolean", "integer", "number"),
    "integer": ("integer", "number"),
    "date-time": ("date-time", "date"),
}
"""Python: a bool is an int, an int is taken for a float (PEP 484), a datetime is a date."""
_NAMES: dict[type, str] = {str: "string", int: "integer", bool: "boolean"}


def _is_subtype(one: Atom, other: Atom) -> bool:
    """Tell whether a type checker takes a value of one type for one of the other type."""
    if "any" in (one.kind, other.kind):
        return True
    if one.kind == "literal":
        values = set(distinct(one))
        names = {_NAMES.get(type(value), "") for value in one.values}
        return values <= set(distinct(other)) if other.kind == "literal" else all(_widens(n, other) for n in names)
    if one.kind == other.kind == "object":
        return one.type is not None and other.type is not None and _class(one.type) == _class(other.type)
    if one.kind in ("array", "map") and one.kind == other.kind:
        return not one.prefix and not other.prefix
    return _widens(one.format or one.kind, other)


def _widens(name: str, other: Atom) -> bool:
    return (other.format or other.kind) in _SUPERTYPES.get(name, (name,))


def _class(type_: Type) -> tuple[str, str]:
    return type_.domain, type_.symbol.name if type_.symbol else ""


def _other_length(tuples: list[Atom], array: Atom) -> int:
    """Return a number of elements that an array may have and no tuple has."""
    least = int(limit(array.schema, "minItems") or 0)
    lengths = {len(atom.prefix) for atom in tuples}
    return next(count for count in range(least, least + len(lengths) + 1) if count not in lengths)


def outside(narrow: list[Atom], wide: list[Atom], types: Types) -> object:
    """Return a value of the wide type that the narrow one does not have."""
    kinds = {atom.kind for atom in narrow}
    for atom in wide:
        if atom.kind == "number" and "integer" in kinds:
            return 0.5
        if atom.kind == "string":
            return "no such value"
        if atom.kind == "any":
            return {"x": 1} if kinds & {"string", "literal", "integer", "number", "boolean", "null"} else "x"
        if atom.kind == "map" and "object" in kinds:
            return {}
        if atom.kind == "array" and any(one.prefix for one in narrow):
            return [sample(atom.items, types)] * _other_length(narrow, atom)
    return sample_atom(wide[0], types)
