"""The keywords of JSON Schema that constrain one value: which are kept, and warnings for those that are not."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean, nearest
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value, kind_of
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.json_schema.patterns import is_pattern, portable
from topicwright_codegen.schemas.json_schema.possible_values import possible_values

if TYPE_CHECKING:
    from typing_extensions import TypeIs

TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
FORMATS = {"date-time": "date-time", "date": "date", "uuid": "uuid"}
"""The string formats that become a Python type; every other one stays ``str``, exactly as it was written."""
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
"""In draft 4 they are booleans beside the bounds."""
_LENGTHS = ("minLength", "maxLength")
_KEYWORDS = """
    $ref $id $schema $defs $anchor $comment $vocabulary $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor id
    definitions type enum const nullable format pattern discriminator xml externalDocs deprecated title description
    default examples example readOnly writeOnly contentEncoding contentMediaType contentSchema allOf anyOf oneOf not if
    then else minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength items prefixItems
    additionalItems contains minContains maxContains minItems maxItems uniqueItems unevaluatedItems properties
    patternProperties additionalProperties propertyNames required minProperties maxProperties unevaluatedProperties
    dependencies dependentRequired dependentSchemas
"""
KNOWN = frozenset(_KEYWORDS.split())
"""Every keyword of JSON Schema draft 4 to 2020-12, of AsyncAPI and of OpenAPI."""
_ABOUT = {
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"), "array"),
    **dict.fromkeys((*_LENGTHS, "pattern"), "string"),
    **dict.fromkeys(_BOUNDS, "number"),
}
CONTRARIES = (
    *((f"min{what}", f"max{what}") for what in ("Length", "Items", "Properties", "Contains")),
    ("minimum", "maximum"),
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)
"""Pairs of bounds that no value fits where the first is above the second."""
_LOW = frozenset(least for least, _ in CONTRARIES)

_LONGEST_SHOWN = 200


def keywords_of(node: Node) -> Map:
    """Return the keywords of a schema; a boolean has none."""
    return node.value if isinstance(node.value, Map) else Map()


def check_keywords(node: Node, diagnostics: Diagnostics) -> None:
    """Report keywords that are misspelt, or that contradict each other."""
    for key, child in node.members():
        if key not in KNOWN and not key.startswith("x-") and (close := nearest(key, KNOWN, 0.8)):
            text = f"{key!r} is not a keyword of JSON Schema: it has no effect"
            diagnostics.warning("TW427", text, child, f"did you mean {close!r}?")
    _check_bounds(node, diagnostics)


def _check_bounds(node: Node, diagnostics: Diagnostics) -> None:
    value = keywords_of(node)
    if value.keys().isdisjoint(_LOW):
        return
    for least, most in CONTRARIES:
        low, high = value.get(least), value.get(most)
        if _is_number(low) and _is_number(high) and _excludes_all(low, high, strict="exclusive" in least + most):
            text = f"{least!r} {low} and {most!r} {high} contradict each other: no value fits both"
            at, other = node.get(most) or node, node.get(least) or node
            diagnostics.warning("TW426", text, at, "correct one of them", [other])


def _excludes_all(low: float, high: float, *, strict: bool) -> bool:
    return low > high or (strict and low == high)


def _is_number(value: Value) -> TypeIs[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def type_list(node: Node, diagnostics: Diagnostics) -> list[str]:
    """Return the types that a schema declares."""
    declared = keywords_of(node).get("type")
    kinds: list[Value] = list(declared) if isinstance(declared, Seq) else [] if declared is None else [declared]
    wrong = [kind for kind in kinds if kind not in TYPES]
    if wrong:
        diagnostics.error(
            "TW411",
            f"unknown type {wrong[0]!r}",
            node.get("type") or node,
            did_you_mean(wrong[0], TYPES, "one of " + ", ".join(TYPES)),
        )
    return [kind for kind in kinds if isinstance(kind, str) and kind in TYPES]


def implied_type(node: Node) -> str | None:
    """Return the type of the values that the keywords of a schema without ``type`` are about, if it is one."""
    value = keywords_of(node)
    kinds = {kind for key, kind in _ABOUT.items() if key in value}
    return kinds.pop() if len(kinds) == 1 else None


def literals(node: Node, diagnostics: Diagnostics) -> Flat:
    """Return the flat form of ``enum`` and ``const``."""
    value = keywords_of(node)
    listed = value.get("enum")
    if "const" in value:
        listed = Seq()
        listed.append(value["const"])
    if not isinstance(listed, Seq):
        diagnostics.error("TW412", "enum must be a list of values", node.get("enum") or node)
        return {}
    if not listed:
        diagnostics.warning("TW412", "enum has no value: no message is valid", node.get("enum") or node)
        return {}
    listed = possible_values(node, listed, diagnostics)
    if all(isinstance(item, (str, int)) or item is None for item in listed):
        return {"enum": _distinct(listed)}
    return _loosely(listed)


def _distinct(values: Iterable[Value]) -> list[object]:
    """Drop repeated values; ``1`` and ``true`` are different ones."""
    return [value for _, value in {(type(value), value): value for value in values if _hashable(value)}.items()]


def _hashable(value: Value) -> bool:
    return not isinstance(value, (Map, Seq))


def _loosely(values: Seq) -> Flat:
    kinds = {kind_of(value): value for value in values}
    if set(kinds) == {"a number"}:
        return {"type": "number"}
    if set(kinds) == {"an object"}:
        return {"type": "object"}
    return {}


def scalar(node: Node, kind: str | None, diagnostics: Diagnostics) -> Flat:
    """Return the flat form of a schema for one scalar type, or for one without any."""
    value = keywords_of(node)
    if kind is None:
        return {}
    flat: Flat = {"type": kind}
    if kind == "string":
        if value.get("format") in FORMATS:
            return {**flat, "format": value["format"]}
        flat.update(counts(node, _LENGTHS, diagnostics))
        flat.update(_pattern(node, diagnostics))
    elif kind in ("integer", "number"):
        flat.update(_bounds(node, kind, diagnostics))
    return flat


def counts(node: Node, keys: Iterable[str], diagnostics: Diagnostics) -> Flat:
    """Return the keywords among ``keys`` that count something; 2.0 is the whole number 2."""
    numbers = {key: whole(number) for key, number in _numbers(node, keys, diagnostics).items()}
    for key, number in numbers.items():
        if not isinstance(number, int) or number < 0:
            diagnostics.error("TW414", f"{key!r} must be a whole number", node.get(key) or node)
    return {**numbers}


def _numbers(node: Node, keys: Iterable[str], diagnostics: Diagnostics) -> dict[str, int | float]:
    numbers: dict[str, int | float] = {}
    for key in keys:
        child = node.get(key)
        if child is None:
            continue
        if isinstance(child.value, (int, float)) and not isinstance(child.value, bool):
            numbers[key] = child.value
        else:
            diagnostics.error("TW414", f"{key!r} must be a number", child)
    return numbers


def _bounds(node: Node, kind: str, diagnostics: Diagnostics) -> Flat:
    value = keywords_of(node)
    draft4 = {key for key in _EXCLUSIVE if isinstance(value.get(key), bool)}
    flat = _numbers(node, [key for key in _BOUNDS if key not in draft4], diagnostics)
    for exclusive, bound in _EXCLUSIVE.items():
        if value.get(exclusive) is True and bound in flat:
            flat[exclusive] = flat.pop(bound)
    if kind == "integer":
        return {key: limit for key, bound in flat.items() if (limit := _whole_bound(key, bound)) is not None}
    # Whether a double is a multiple of another one is a question of rounding: the schema itself is asked.
    return {key: bound for key, bound in flat.items() if key != "multipleOf"}


def _whole_bound(key: str, bound: float) -> int | None:
    """Return the bound of integers that means the same; None where there is none."""
    number = whole(bound)
    if isinstance(number, int) or not math.isfinite(number):
        return number if isinstance(number, int) else None
    match key:
        case "minimum" | "exclusiveMaximum":
            return math.ceil(number)
        case "maximum" | "exclusiveMinimum":
            return math.floor(number)
        case _:
            return None


def whole(number: float) -> float:
    """Return an integer for a number without a fraction: JSON Schema makes no difference between 2.0 and 2."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _pattern(node: Node, diagnostics: Diagnostics) -> Flat:
    child = node.get("pattern")
    if child is None:
        return {}
    if not isinstance(child.value, str):
        diagnostics.error("TW414", "'pattern' must be a string", child)
        return {}
    if not is_pattern(child.value):
        text = f"pattern {child.value[:_LONGEST_SHOWN]!r} is not checked: it is no regular expression, or too long"
        diagnostics.warning("TW415", text, child)
    same = portable(child.value)
    return {} if same is None else {"pattern": same}
