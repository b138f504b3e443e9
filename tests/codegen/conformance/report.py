"""The results of the JSON Schema test suite: ``python -m tests.codegen.conformance.report``."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from tests.codegen.conformance.forms import FORMS, PAYLOAD, SHAPED, TYPED
from tests.codegen.conformance.outcomes import DROPPED, RIGHT, WRONG, Outcome
from tests.codegen.conformance.reasons import Wrong, explained
from tests.codegen.conformance.running import Results, Verdicts, run
from tests.codegen.conformance.suite import REASON, SUITE, Group, groups
from tests.paths import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN, END = "<!-- written by make conformance -->\n", "<!-- end of what make conformance writes -->\n"
TOTAL = re.compile(r"Right: (\d+) of (\d+) readings")


def text(results: Results) -> str:
    """Return everything that is written into the page."""
    return "\n".join((_summary(results), _by_file(results), _by_form(results), _by_reason(results)))


def right(outcomes: Iterable[Outcome]) -> int:
    return sum(outcome.kind in (RIGHT, DROPPED) for outcome in outcomes)


def floor() -> tuple[int, int]:
    """Return how many readings were right, of how many, when the page was written."""
    found = TOTAL.search(PAGE.read_text("utf-8"))
    assert found is not None, f"no total in {PAGE}: run make conformance"
    return int(found[1]), int(found[2])


def _summary(results: Results) -> str:
    good, count = right(results.outcomes), len(results.outcomes)
    skipped = [group for group in results.groups if results.judge[group.number] is None]
    named = "".join(f" `{group.file}`: {group.description}." for group in skipped)
    return (
        f"Right: {good} of {count} readings ({good / max(count, 1):.1%}); the aim is 99 %. "
        f"They are of {_tests(results.loaded)} tests in {len(results.loaded)} groups; "
        f"groups that jsonschema-rs cannot load, and that are left out: {len(skipped)}.{named}\n"
    )


def _tests(groups: Iterable[Group]) -> int:
    return sum(len(group.cases) for group in groups)


def _by_file(results: Results) -> str:
    peers = (f"datamodel-code-generator, {peer}" for peer in results.peers)
    head = ("file", "tests", "jsonschema-rs", *peers, "ours", "readings", "right", *WRONG)
    rows: list[Sequence[object]] = []
    for file in [*sorted({group.file for group in results.loaded}), None]:
        chosen = [group for group in results.loaded if file in (None, group.file)]
        outcomes = [outcome for outcome in results.outcomes if file in (None, outcome.file)]
        alone = [outcome for outcome in outcomes if outcome.form == PAYLOAD and not outcome.keep_unknown]
        judged = [_agreed(chosen, verdicts) for verdicts in (results.judge, *results.peers.values())]
        name = "**all**" if file is None else f"`{file}`"
        rows.append((name, _tests(chosen), *judged, right(alone), *_counts(outcomes)))
    return _table(head, rows)


def _agreed(groups: Iterable[Group], verdicts: Verdicts) -> int:
    """Count the tests on which verdicts agree with the suite; a group that could not be loaded has none."""
    pairs = ((group.cases, verdicts[group.number] or ()) for group in groups)
    return sum(case.valid == verdict for cases, given in pairs for case, verdict in zip(cases, given, strict=False))


def _counts(outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    kinds = Counter(outcome.kind for outcome in outcomes)
    return (len(outcomes), right(outcomes), *(kinds[kind] for kind in WRONG))


def _by_form(results: Results) -> str:
    rows: list[Sequence[object]] = []
    measured = {outcome.form for outcome in results.outcomes}
    for form in (form for form in (*FORMS, *SHAPED) if form in measured):
        for keep in (False, True):
            chosen = [each for each in results.outcomes if (each.form, each.keep_unknown) == (form, keep)]
            dropped = sum(outcome.kind == DROPPED for outcome in chosen)
            count, good, *wrong = _counts(chosen)
            share = f"{good / max(count, 1):.1%}"
            rows.append((form, "keep" if keep else "refuse", count, good, share, dropped, *wrong))
    return _table(("form", "unknown fields", "readings", "right", "share", f"of them {DROPPED}", *WRONG), rows)


def _by_reason(results: Results) -> str:
    numbered = {group.number: group for group in results.groups}
    typed = {(each.group, each.case, each.keep_unknown): each.kind for each in results.outcomes if each.form == TYPED}
    reasons: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in (each for each in results.outcomes if each.kind in WRONG):
        wrong = Wrong(each, numbered[each.group], typed.get((each.group, each.case, each.keep_unknown)))
        reasons[each.kind, explained(wrong)].append(each)
    rows: list[Sequence[object]] = []
    for kind in WRONG:
        own = [(reason, outcomes) for (of, reason), outcomes in reasons.items() if of == kind]
        for reason, outcomes in sorted(own, key=lambda each: (-len(each[1]), each[0])):
            rows.append((kind, reason, len(outcomes), len({outcome.group for outcome in outcomes}), _files(outcomes)))
    return "What is wrong, and why:\n\n" + _table(("outcome", "reason", "readings", "groups", "files"), rows)


def _files(outcomes: Iterable[Outcome]) -> str:
    counts = Counter(outcome.file for outcome in outcomes)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"`{file}` {count}" for file, count in ordered)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def write(report: str) -> None:
    """Put the report between its marks in the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{report}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main(output: Callable[[str], object] = sys.stdout.write) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="measure these files of the suite alone, such as: required")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/compatibility.md")
    parser.add_argument("--shapes", action="store_true", help="measure schemas inside of others, without other tools")
    options = parser.parse_args()
    if not SUITE.is_dir():
        output(f"skipped: {REASON}\n")
        return 0
    report = text(run(groups(*options.files), with_peers=not options.shapes, shaped=options.shapes))
    output(report)
    if options.write and not options.shapes:
        write(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
