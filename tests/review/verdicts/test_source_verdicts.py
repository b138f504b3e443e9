"""The verdicts on Python against mypy: a client of the old SDK type-checked with the new one, for every case."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.render.annotations import annotate
from topicwright_codegen.render.renderer import render
from topicwright_codegen.review.sides.side import read_side

from tests.paths import REVIEW_CASES, SHARED
from tests.review.support.source_client import clients_of

AGREED = SHARED / "schema-review"
EXPLAINED = {
    "msg-added-to-channel": "a match over the event types of a channel is the author's; the SDK has a method for each",
    "op-messages-widened": "as msg-added-to-channel",
    "msg-content-type": "the payload is bytes then, and its class is gone; the agreed verdict is about the wire",
    "msg-default-content-type": "as msg-content-type",
    "corr-added": "correlation ids are optional arguments here; other SDKs require them",
    "corr-removed": "as corr-added",
    "prop-added-required-default": "the default is filled in here; the agreed verdict is about SDKs that do not",
    "prop-became-required-default": "as prop-added-required-default",
    "default-removed": "the agreed verdict counts defaults by their meaning alone",
    "default-added": "as default-removed",
    "op-renamed": "methods are named by event types here; other SDKs name them by operations",
    "hdr-removed": "readers lose the class of the headers, which mypy reports where it is imported",
}
ERROR = re.compile(r"use_(\d+)_\d+\.py:(\d+): error: (.*)  \[([\w-]+)\]$")
KINDS = {
    "publish": "produce",
    "serve": "produce",
    "stream": "produce",
    "on": "read",
    "compare": "read",
    "service": "import",
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Case:
    """One change, and what its verdict on Python is."""

    id: str
    folder: Path
    verdict: str


def cases() -> Iterator[Case]:
    """Yield the agreed examples, where they are, and our own."""
    for table, folder in ((AGREED / "golden.tsv", AGREED / "cases"), (REVIEW_CASES / "golden.tsv", REVIEW_CASES)):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file, delimiter="\t"):
                    # What acts otherwise compiles all the same.
                    yield Case(row["id"], folder / row["id"], row["source_api"].replace("behaviour", "ok"))


def generated(document: Path, package: str, folder: Path) -> dict[str, str]:
    """Return the SDK of a document; both versions have the same file name, which names the service."""
    folder.mkdir(parents=True)
    side = read_side([Path(shutil.copy(document, folder / "home.yaml"))], package)
    return render(side.catalog, annotate(side.catalog.types, Diagnostics()))


def write(case: Case, at: int, folder: Path) -> None:
    """Write the new SDK of a case and the clients of the old one."""
    package = f"case{at}"
    old = generated(case.folder / "before.yaml", package, folder / "in" / f"{at}-before")
    for name, text in generated(case.folder / "after.yaml", package, folder / "in" / f"{at}-after").items():
        if name.endswith(".py"):
            path = folder / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for count, text in enumerate(clients_of(package, old)):
        (folder / f"use_{at}_{count}.py").write_text(text, encoding="utf-8")


def errors(folder: Path) -> dict[int, set[str]]:
    """Return what mypy finds broken, by the number of the case."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-warn-return-any", "--config-file=", "--no-error-summary"]
    files = sorted(path.name for path in folder.glob("use_*.py"))
    done = subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    found: dict[int, set[str]] = {}
    for line in done.stdout.splitlines():
        match = ERROR.match(line)
        if match is None:
            assert ": note: " in line, line
            continue
        text = (folder / line.partition(":")[0]).read_text(encoding="utf-8").splitlines()
        found.setdefault(int(match[1]), set()).update(broken(text, int(match[2]) - 1, match[3], match[4]))
    return found


def broken(text: list[str], at: int, message: str, code: str) -> Iterator[str]:
    """Yield what an error in a line of a client says is broken."""
    start = next(line for line in reversed(text[: at + 1]) if re.match(r"(async )?def |from |import ", line))
    function = re.match(r"(?:async )?def ([a-z]+)_", start)
    kind = function[1] if function else "import"
    if code == "attr-defined" and " c." in text[at]:
        yield "import"
    elif kind == "request":
        yield "read" if code == "return-value" else "produce"
    elif kind == "exact":
        yield "exhaustive" if 'got "Literal' in message else "read"
    else:
        yield KINDS.get(kind, kind)


def verdict(kinds: set[str]) -> str:
    """Return the verdict of what is broken."""
    if {"produce", "read"} <= kinds:
        return "both"
    return next((kind for kind in ("produce", "read", "import", "exhaustive") if kind in kinds), "ok")


def test_every_verdict_on_python_is_that_of_a_type_checker(tmp_path):
    found = list(cases())
    for at, case in enumerate(found):
        write(case, at, tmp_path)
    broken_by_case = errors(tmp_path)
    got = {case.id: (case.verdict, verdict(broken_by_case.get(at, set()))) for at, case in enumerate(found)}
    # A class that is gone breaks whoever imports it, to make one or to read one.
    same = ({"both", "import"},)
    differ = {id_ for id_, (rule, mypy) in got.items() if rule != mypy and {rule, mypy} not in same}
    assert differ - EXPLAINED.keys() == set(), {id_: got[id_] for id_ in differ - EXPLAINED.keys()}
    assert EXPLAINED.keys() & got.keys() <= differ, "explained, and agrees"
