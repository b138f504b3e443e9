"""The reference: jsonschema-rs, with the draft of the group and the suite's remote documents."""

from __future__ import annotations

from typing import Any

from jsonschema_rs import Draft7Validator, Draft202012Validator, Validator

from tests.codegen.conformance.suite import Case, Group, remote

_VALIDATORS: dict[str, type[Validator]] = {"draft7": Draft7Validator, "draft2020-12": Draft202012Validator}


def validator(schema: Any, draft: str) -> Validator | None:
    """Return the validator of a schema; None where jsonschema-rs cannot load it."""
    try:
        return _VALIDATORS[draft](schema, validate_formats=False, retriever=remote)
    except ValueError:
        return None


def verdicts(group: Group) -> list[bool] | None:
    """Return whether each value of a group is accepted; None where the schema cannot be loaded."""
    judge = validator(group.schema, group.draft)
    return None if judge is None else [judge.is_valid(case.value) for case in group.cases]


def judged(schema: Any, group: Group) -> tuple[Case, ...] | None:
    """Return the values of a group with their verdicts by another schema, which is one of its forms."""
    judge = validator(schema, group.draft)
    return None if judge is None else tuple(Case(case.value, judge.is_valid(case.value)) for case in group.cases)
