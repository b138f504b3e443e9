"""Why outcomes are wrong, as far as it is known: the first rule that holds for an outcome is its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.codegen.conformance.forms import FIELD, OPTIONAL
from tests.codegen.conformance.outcomes import ACCEPT, LOSSY, NOT_COMPILED, REJECT, RIGHT, Outcome
from tests.codegen.conformance.suite import Group

UNKNOWN = "not explained yet"
_DYNAMIC = "`$dynamicRef` is not followed"
_UNEVALUATED = "`unevaluatedProperties` is read as `additionalProperties`, and `unevaluatedItems` not at all"
_MERGED = "`allOf` is merged: `items`, `additionalProperties` take what is inside it for what is beside them"
_NOTHING = "a schema that accepts nothing (`false`, `not: {}`) is left out, or taken for any value"
_ABSENT = "null in an optional field means that it is absent"
_UNTYPED = "a keyword without `type` is not checked"
_IMPLIED = "a keyword without `type` implies it: values of other types are refused"

_FALSE = re.compile(r'{"not": {}}|(true|false), false|"(?!(?:additional|unevaluated)[A-Z])[^"]*": false')
"""Finds a schema that accepts nothing, except where the keyword makes a closed object or array of it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An outcome that is wrong, with what its reason depends on."""

    outcome: Outcome
    group: Group
    typed: str | None
    """The outcome of the same value where ``type`` is explicit; None where there is no such form."""

    @property
    def value(self) -> Any:
        return self.group.cases[self.outcome.case].value

    def has(self, *parts: str) -> bool:
        """Return whether the schema has one of some parts, as JSON."""
        text = json.dumps(self.group.schema)
        return any(part in text for part in parts)

    def shows(self, pattern: str) -> bool:
        """Return whether the message of the reader, or of the compiler, matches."""
        return re.search(pattern, self.outcome.reason) is not None


def _absent(wrong: Wrong) -> bool:
    return wrong.value is None and wrong.outcome.form == OPTIONAL and wrong.shows(f"loses the field '{FIELD}'")


def _nothing(wrong: Wrong) -> bool:
    return wrong.group.schema is False or _FALSE.search(json.dumps(wrong.group.schema)) is not None


def _ignored(wrong: Wrong) -> bool:
    return wrong.shows("loses the field") and wrong.has('"additionalProperties": false', '"unevaluatedProperties":')


def _unevaluated(wrong: Wrong) -> bool:
    return wrong.has('"unevaluatedProperties":', '"unevaluatedItems":')


def _dynamic(wrong: Wrong) -> bool:
    return wrong.has('"$dynamicRef":', '"$dynamicAnchor":') or wrong.group.file == "dynamicRef"


Rule = tuple[str, Callable[[Wrong], bool]]
_RULES: Mapping[str, Sequence[Rule]] = {
    ACCEPT: (
        ("numbers, booleans and their texts are converted to the type of the field", lambda w: w.shows("becomes a")),
        (_ABSENT, _absent),
        ("the reader ignores unknown fields, also where the schema refuses them", _ignored),
        (_UNEVALUATED, _unevaluated),
        (_DYNAMIC, _dynamic),
        (_UNTYPED, lambda w: w.typed in (RIGHT, NOT_COMPILED)),
        (_NOTHING, _nothing),
        ("`required` names a field that `properties` does not have", lambda w: w.group.file == "required"),
        ("`oneOf`: the first alternative that fits is read", lambda w: w.has('"oneOf":')),
        (_MERGED, lambda w: w.has('"allOf":') and w.has('"items":', '"additionalProperties":')),
        ("keywords beside `$ref` are not checked", lambda w: w.has('"$ref":')),
    ),
    REJECT: (
        (_IMPLIED, lambda w: w.shows("Input should be (an object|a valid string|a valid array)")),
        (_UNEVALUATED, _unevaluated),
        ("`if`, `then` and `else` of different parts of `allOf` are taken for one", lambda w: w.shows("satisfy 'if'")),
        ("a metaschema without a vocabulary is not read", lambda w: w.group.file == "vocabulary"),
    ),
    LOSSY: (
        (_ABSENT, _absent),
        (_UNEVALUATED, _unevaluated),
        (_NOTHING, _nothing),
        ("`anyOf` of objects: the first that fits is read, without fields of the others", lambda w: w.has('"anyOf":')),
        (
            "a field that only a condition names is dropped as unknown",
            lambda w: w.has('"dependencies":', '"dependentSchemas":'),
        ),
        ("a default is filled in, and written", lambda w: w.shows("gains the field")),
    ),
    NOT_COMPILED: (
        ("a schema that accepts nothing has no type (TW403)", lambda w: w.shows("TW403")),
        ("`enum` without values is refused (TW412)", lambda w: w.shows("TW412")),
        ("a whole number that is written as 2.0 is refused (TW414)", lambda w: w.shows("TW414")),
    ),
}


def explained(wrong: Wrong) -> str:
    """Return the reason of an outcome that is wrong."""
    return next((reason for reason, holds in _RULES[wrong.outcome.kind] if holds(wrong)), UNKNOWN)
