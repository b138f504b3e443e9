"""Kinds of values: which includes which, on the wire and in Python."""

from __future__ import annotations

from topicwright_codegen.review.atoms import Atom, Types
from topicwright_codegen.review.samples import sample_atom


def one_object(olds: list[Atom], news: list[Atom]) -> bool:
    """Tell whether there is one class on each side: it is the same one whatever it is called."""
    return all(sum(atom.kind == "object" for atom in atoms) == 1 for atoms in (olds, news))


def distinct(atom: Atom) -> dict[str, object]:
    """Return the values of a literal by a key that tells 1 from true."""
    return {f"{type(value).__name__}:{value}": value for value in atom.values}


def shown(atoms: list[Atom]) -> str:
    """Return how a finding names alternatives."""
    return " or ".join(atom.shown for atom in atoms)


_LITERALS: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int,), "boolean": (bool,)}


def includes(wide: Atom, narrow: Atom) -> bool:
    """Tell whether every value of one kind is of the other kind; limits are compared where kinds are the same."""
    if wide.kind == "any":
        return True
    if wide.kind == "string" and narrow.kind == "string":
        return not wide.format
    if narrow.kind == "literal":
        wanted = _LITERALS.get(wide.kind, ())
        return not wide.format and all(type(value) in wanted for value in narrow.values)
    return (wide.kind, narrow.kind) in (("number", "integer"), ("map", "object"))


def shifts(wide: list[Atom], narrow: list[Atom]) -> bool:
    """Tell whether a value of the narrow type is no value of the wide one in Python: a datetime is no str."""
    formats = any(atom.format for atom in narrow) and any(atom.kind == "string" and not atom.format for atom in wide)
    return formats or (any(atom.kind == "map" for atom in wide) and any(atom.kind == "object" for atom in narrow))


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
    return sample_atom(wide[0], types)
