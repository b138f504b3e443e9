"""The keywords of JSON Schema that constrain one value: which are kept, and warnings for those that are not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic_core import SchemaError, SchemaValidator, core_schema
from typing_extensions import TypeIs

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean, nearest
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value, kind_of, plain
from topicwright_codegen.schemas.flat import JSON_SCHEMA, Flat
from topicwright_codegen.schemas.json_schema.possible_values import possible_values

_TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
_FORMATS = {"date-time": "date-time", "date": "date", "uuid": "uuid"}
"""The string formats that become a Python type; every other one stays ``str``, exactly as it was written."""
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
"""In draft 4 they are booleans beside the bounds."""
_LENGTHS = ("minLength", "maxLength")
_UNSUPPORTED = ("unevaluatedProperties", "unevaluatedItems", "$dynamicRef")
_KEYWORDS = """
    $ref $id $schema $defs $anchor $comment $vocabulary $dynamicRef $dynamicAnchor id definitions type enum const
    nullable format pattern discriminator xml externalDocs deprecated title description default examples example
    readOnly writeOnly contentEncoding contentMediaType contentSchema allOf anyOf oneOf not if then else minimum
    maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength items prefixItems additionalItems
    contains minContains maxContains minItems maxItems uniqueItems unevaluatedItems properties patternProperties
    additionalProperties propertyNames required minProperties maxProperties unevaluatedProperties dependencies
    dependentRequired dependentSchemas
"""
KNOWN = frozenset(_KEYWORDS.split())
"""Every keyword of JSON Schema draft 4 to 2020-12, of AsyncAPI and of OpenAPI."""
CONTRARIES = (
    *((f"min{what}", f"max{what}") for what in ("Length", "Items", "Properties", "Contains")),
    ("minimum", "maximum"),
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)
"""Pairs of bounds that no value fits where the first is above the second."""
_LOW = frozenset(least for least, _ in CONTRARIES)
_LONGEST = 1000
"""Longer patterns are not worth their memory."""


def keywords_of(node: Node) -> Map:
    """Return the keywords of a schema; a boolean has none."""
    return node.value if isinstance(node.value, Map) else Map()


def check_keywords(node: Node, diagnostics: Diagnostics) -> None:
    """Report keywords that the generated model does not check, that are misspelt, or that contradict each other."""
    for key, child in node.members():
        if key in _UNSUPPORTED and child.value is not False:
            diagnostics.warning("TW410", f"{key!r} is not checked by the generated model", child)
        elif key not in KNOWN and not key.startswith("x-") and (close := nearest(key, KNOWN, 0.8)):
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
    """Return the types of a schema, declared or implied by its other keywords."""
    kinds = _declared_types(keywords_of(node))
    wrong = [kind for kind in kinds if kind not in _TYPES]
    if wrong:
        diagnostics.error(
            "TW411",
            f"unknown type {wrong[0]!r}",
            node.get("type") or node,
            did_you_mean(wrong[0], _TYPES, "one of " + ", ".join(_TYPES)),
        )
    return [kind for kind in kinds if isinstance(kind, str) and kind in _TYPES]


def _declared_types(value: Map) -> list[Value]:
    declared = value.get("type")
    if declared is not None:
        return list(declared) if isinstance(declared, Seq) else [declared]
    if "items" in value or "prefixItems" in value:
        return ["array"]
    if "pattern" in value or any(key in value for key in _LENGTHS):
        return ["string"]
    return []


def literals(node: Node, diagnostics: Diagnostics) -> Flat:
    """Return the flat form of ``enum`` and ``const``."""
    value = keywords_of(node)
    listed = value.get("enum")
    if "const" in value:
        listed = Seq()
        listed.append(value["const"])
    if not isinstance(listed, Seq) or not listed:
        diagnostics.error("TW412", "enum must be a list of at least one value", node.get("enum") or node)
        return {}
    listed = possible_values(node, listed, diagnostics)
    if all(isinstance(item, (str, int)) or item is None for item in listed):
        return {"enum": _distinct(listed)}
    return {**_loosely(listed), JSON_SCHEMA: {"enum": plain(listed)}}


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
        if value.get("format") in _FORMATS:
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
    return {key: whole(bound) if kind == "integer" else bound for key, bound in flat.items()}


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
    if not pattern_works(child.value):
        diagnostics.warning("TW415", f"pattern {child.value!r} is not checked: pydantic cannot compile it", child)
        return {}
    return {"pattern": child.value}


def pattern_works(pattern: str) -> bool:
    """Return whether pydantic supports a regular expression: it has no look-around and no back-references."""
    if len(pattern) > _LONGEST or re.search(r"\{\d{4,}", pattern) is not None:
        return False
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except (SchemaError, UnicodeEncodeError):
        return False
    return True
