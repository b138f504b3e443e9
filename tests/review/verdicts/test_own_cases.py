"""The project's own kinds of change, each with the verdict that reading, filters, brokers or type checkers give."""

from __future__ import annotations

import csv
from functools import cache

import pytest
from topicwright_codegen.review.engine import Review, review
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.paths import REVIEW_CASES

CASES = REVIEW_CASES
with (CASES / "golden.tsv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))


@cache
def reviewed(case: str) -> Review:
    """Return the review of a case."""
    return review(*(read_side([CASES / case / f"{name}.yaml"], unique_package()) for name in ("before", "after")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_verdict_agrees(row):
    result = reviewed(row["id"])
    got = {
        "old_consumer": result.old_consumer,
        "new_consumer": result.new_consumer,
        "source_api": result.source_api,
        "severity": result.severity,
    }
    assert got == {name: row[name] for name in got}, [(found.rule, found.message) for found in result.findings]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_refusal_has_a_refused_message_or_the_reason_why_none_can_exist(row):
    for found in reviewed(row["id"]).findings:
        if not {found.old, found.new} & {"reject", "reject-strict"}:
            continue
        if found.probe is None:
            assert found.witness.reason
        else:
            assert not found.witness.reason, found.witness.reason
            assert found.witness.strict.startswith(("refused", "changed"))


def test_every_change_beyond_layout_has_a_finding():
    quiet = [row["id"] for row in ROWS if not reviewed(row["id"]).findings]
    assert all(row["severity"] == "safe" for row in ROWS if row["id"] in quiet)
    assert all(
        found.advice or found.severity in ("docs", "safe") for row in ROWS for found in reviewed(row["id"]).findings
    )
