"""Inclusion between types: which values of one are values of the other, in messages and in Python."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.review.findings.verdicts import SourceApi
from topicwright_codegen.review.schemas.values.alternatives import Alternative, Types, alternatives_of
from topicwright_codegen.review.schemas.values.examples import accepts, example_of, example_of_schema
from topicwright_codegen.schemas.types import Type

_LITERALS: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int,), "boolean": (bool,)}
"""The types of the literals that a kind includes."""
_SCALARS = frozenset(("string", "literal", "integer", "number", "boolean", "null"))
_SUPERTYPES = {
    "boolean": ("boolean", "integer", "number"),
    "integer": ("integer", "number"),
    "date-time": ("date-time", "date"),
}
"""Python: a bool is an int, an int is accepted for a float (PEP 484), a datetime is a date."""
_NAMES: dict[type, str] = {str: "string", int: "integer", bool: "boolean"}


def have_one_object(olds: list[Alternative], news: list[Alternative]) -> bool:
    """Return whether there is one class on each side: it is the same one, whatever its names are."""
    return all(sum(one.kind == "object" for one in alternatives) == 1 for alternatives in (olds, news))


def are_alike(old: Alternative, new: Alternative) -> bool:
    """Return whether two alternatives are compared in detail: tuples of another length have no value in common."""
    return (new.kind, new.format, len(new.prefix)) == (old.kind, old.format, len(old.prefix))


def distinct_values(literal: Alternative) -> dict[str, object]:
    """Return the values of a literal by a key that distinguishes 1 from true."""
    return {f"{type(value).__name__}:{value}": value for value in literal.values}


def shown_alternatives(alternatives: list[Alternative]) -> str:
    """Return how a finding names alternatives."""
    return " or ".join(alternative.shown for alternative in alternatives)


def includes(wide: Alternative, narrow: Alternative, types: Types, wide_types: Types) -> bool:
    """Return whether every value of the narrow kind is one of the wide kind; limits are compared within one kind.

    Args:
        wide: the alternative that may include the other one.
        narrow: the alternative that may be included.
        types: the types of the version of ``narrow``.
        wide_types: the types of the version of ``wide``.
    """
    if wide.kind == "any":
        return True
    match wide.kind, narrow.kind:
        case _, "literal":
            types_of_literals = _LITERALS.get(wide.kind, ())
            return all(type(value) in types_of_literals and accepts(wide, value) for value in narrow.values)
        case "map", "object":
            return _map_includes(wide, narrow, types, wide_types)
        case "array", "array":
            return bool(narrow.prefix) and not wide.prefix and _array_includes(wide, narrow, types, wide_types)
        case "string", "string":
            return not wide.format and not set(wide.schema) - {"type"}
        case kinds:
            return kinds == ("number", "integer")


def _map_includes(wide: Alternative, narrow: Alternative, types: Types, wide_types: Types) -> bool:
    """Return whether a map accepts the value of every field of an object, also of fields that it does not name."""
    members = alternatives_of(wide.member, wide_types)
    if narrow.type is None or any(member.kind == "any" for member in members):
        return True
    return not narrow.type.open and all(
        _fits(alternatives_of(field.schema, types), members, types, wide_types) for field in narrow.type.fields
    )


def _array_includes(wide: Alternative, narrow: Alternative, types: Types, wide_types: Types) -> bool:
    """Return whether an array accepts every element of a tuple."""
    members = alternatives_of(wide.items, wide_types)
    return all(_fits(alternatives_of(item, types), members, types, wide_types) for item in narrow.prefix)


def _fits(narrow: list[Alternative], wide: list[Alternative], types: Types, wide_types: Types) -> bool:
    """Return whether each alternative is one of others without limits, or included in one."""
    return all(any(_fits_one(one, other, types, wide_types) for other in wide) for one in narrow)


def _fits_one(narrow: Alternative, wide: Alternative, types: Types, wide_types: Types) -> bool:
    same = narrow.kind == wide.kind and wide.kind in ("string", "integer", "number", "boolean", "null")
    bare = not set(wide.schema) - {"type", "format"}
    return bare and ((same and narrow.format == wide.format) or includes(wide, narrow, types, wide_types))


def broken_python(olds: list[Alternative], news: list[Alternative]) -> SourceApi:
    """Return which Python another type breaks: code that makes values of the old one, code that reads them, or both."""
    produce = not all(any(_is_subtype(old, new) for new in news) for old in olds)
    read = not all(any(_is_subtype(new, old) for old in olds) for new in news)
    return "both" if produce and read else "produce" if produce else "read" if read else "ok"


def _is_subtype(one: Alternative, other: Alternative) -> bool:
    """Return whether a type checker accepts a value of one type for one of the other type."""
    if "any" in (one.kind, other.kind):
        return True
    match one.kind, other.kind:
        case "literal", "literal":
            return distinct_values(one).keys() <= distinct_values(other).keys()
        case "literal", _:
            return all(_widens(_NAMES.get(type(value), ""), other) for value in one.values)
        case "object", "object":
            return one.type is not None and other.type is not None and _class(one.type) == _class(other.type)
        case ("array", "array") | ("map", "map"):
            return not one.prefix and not other.prefix
        case _:
            return _widens(one.format or one.kind, other)


def _widens(name: str, other: Alternative) -> bool:
    return (other.format or other.kind) in _SUPERTYPES.get(name, (name,))


def _class(type_: Type) -> tuple[str, str]:
    return type_.domain, type_.symbol.name if type_.symbol else ""


def value_outside(narrow: list[Alternative], wide: list[Alternative], types: Types) -> object:
    """Return a value of the wide type that the narrow one does not have; ``types`` are those of the wide one."""
    for alternative in wide:
        for value in _values_outside(narrow, alternative, types):
            return value
    return example_of(wide[0], types)


def _values_outside(narrow: list[Alternative], wide: Alternative, types: Types) -> Iterator[object]:
    kinds = {alternative.kind for alternative in narrow}
    match wide.kind:
        case "number" if "integer" in kinds:
            yield 0.5
        case "string":
            yield "no such value"
        case "any":
            yield {"x": 1} if kinds & _SCALARS else "x"
        case "map" if "object" in kinds:
            yield {}
        case "array" if any(one.prefix for one in narrow):
            yield [example_of_schema(wide.items, types)] * _other_length(narrow, wide)
        case _:
            pass


def _other_length(tuples: list[Alternative], array: Alternative) -> int:
    """Return a number of elements that an array may have and no tuple has."""
    least = int(array.limit("minItems") or 0)
    lengths = {len(one.prefix) for one in tuples}
    return next(count for count in range(least, least + len(lengths) + 1) if count not in lengths)
