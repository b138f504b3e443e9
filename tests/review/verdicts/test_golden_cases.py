"""The examples with agreed verdicts: every column must agree."""

from __future__ import annotations

import csv

import pytest
from topicwright_codegen.review.engine import review
from topicwright_codegen.review.findings.rules import RULES
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.paths import SHARED

CASES = SHARED / "schema-review"
DISAGREEMENTS: dict[str, str] = {}
"""Case to reason; each is expected to fail."""
NO_WITNESS = {
    "hdr-removed": "the other version has no model for headers",
    "uniqueitems-added": "the generated model does not check it",
}


def _rows():
    golden = CASES / "golden.tsv"
    if not golden.is_file():
        reason = "the examples are not here (../shared/schema-review)"
        return [pytest.param({}, id="none", marks=pytest.mark.skip(reason=reason))]
    with golden.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [pytest.param(row, id=row["id"], marks=_marks(row["id"])) for row in rows]


def _marks(case: str):
    return [pytest.mark.xfail(strict=True, reason=DISAGREEMENTS[case])] if case in DISAGREEMENTS else []


def _review(case: str):
    sides = [read_side([CASES / "cases" / case / f"{name}.yaml"], unique_package()) for name in ("before", "after")]
    return review(*sides)


@pytest.mark.parametrize("row", _rows())
def test_every_verdict_agrees(row):
    result = _review(row["id"])
    got = {
        "old_consumer": result.old_consumer,
        "new_consumer": result.new_consumer,
        "source_api": result.source_api,
        "severity": result.severity,
    }
    assert got == {name: row[name] for name in got}
    assert all(found.rule in RULES for found in result.findings)


@pytest.mark.parametrize("row", _rows())
def test_what_a_payload_change_refuses_is_shown_by_a_message(row):
    for found in _review(row["id"]).findings:
        if found.probe is not None and {found.old, found.new} & {"reject", "reject-strict"}:
            assert not found.witness.reason, found
            assert found.witness.strict.startswith(("refused", "changed"))
        elif found.severity not in ("docs", "safe"):
            assert found.witness.reason or found.witness.strict
            assert row["id"] in NO_WITNESS or found.probe or found.witness.reason
