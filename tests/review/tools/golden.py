"""How the review agrees with the agreed verdicts: right, wrong and unclassified, by severity and by column."""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.review.engine import Review, review
from topicwright_codegen.review.findings.rules import RULES
from topicwright_codegen.review.findings.verdicts import SEVERITIES
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.paths import REVIEW_CASES, SHARED

AGREED = SHARED / "schema-review"
KINDS = SHARED / "cases" / "review"
"""Kinds of changes that were wrong once."""
COLUMNS = ("severity", "old_consumer", "new_consumer", "source_api")


def verdicts(folder: Path) -> Review | None:
    """Return the review of a case; None where it is not classified: it fails, or has a finding without a rule."""
    try:
        found = review(*(read_side([folder / f"{name}.yaml"], unique_package()) for name in ("before", "after")))
    except CompileError:
        return None
    return found if all(one.rule in RULES for one in found.findings) else None


def judge(row: dict[str, str], found: Review | None) -> dict[str, str]:
    """Return right, wrong or unclassified for each column of a case; no finding says that a change is safe."""
    if found is None:
        return dict.fromkeys(COLUMNS, "unclassified")
    silent = not found.findings and not _agrees("safe", row["severity"])
    wrong = "unclassified" if silent else "wrong"
    return {column: "right" if _agrees(getattr(found, column), row[column]) else wrong for column in COLUMNS}


def _agrees(verdict: str, wanted: str) -> bool:
    """Return whether a verdict is one of those that can be defended; ``*`` is any."""
    return wanted == "*" or verdict in wanted.split("|")


def show(name: str, rows: list[dict[str, str]], cases: Path) -> int:
    """Print what a set of cases gives; return how many of them are not right in every column."""
    columns: dict[str, Counter[str]] = defaultdict(Counter)
    severities: dict[str, Counter[str]] = defaultdict(Counter)
    bad: list[str] = []
    for row in rows:
        if not (cases / row["id"] / "before.yaml").is_file():  # a case of git: run_all.py beside it
            continue
        told = judge(row, verdicts(cases / row["id"]))
        for column, result in told.items():
            columns[column][result] += 1
        severities[row["severity"]][told["severity"]] += 1
        bad += [f"  {row['id']}: {told}"] if set(told.values()) != {"right"} else []
    print(f"{name}: {len(rows) - len(bad)} of {len(rows)} right in every column")
    print(f"  {'':14}{'right':>7}{'wrong':>7}{'unclassified':>14}")
    for title, counted in (*columns.items(), *((s, severities[s]) for s in SEVERITIES if s in severities)):
        print(f"  {title:14}{counted['right']:7}{counted['wrong']:7}{counted['unclassified']:14}")
    print("\n".join(bad), end="\n" if bad else "")
    return len(bad)


def main() -> int:
    """Print each set, or those that are named; return 1 where a case is not right."""
    bad, wanted = 0, sys.argv[1:]
    for name, golden, cases in (
        ("../shared/schema-review", AGREED / "golden.tsv", AGREED / "cases"),
        ("../shared/cases/review", KINDS / "golden.tsv", KINDS / "cases"),
        ("tests/review/cases", REVIEW_CASES / "golden.tsv", REVIEW_CASES),
    ):
        if wanted and name not in wanted:
            continue
        if not golden.is_file():
            print(f"{name}: not here")
            continue
        with golden.open(encoding="utf-8", newline="") as file:
            bad += show(name, list(csv.DictReader(file, delimiter="\t")), cases)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
