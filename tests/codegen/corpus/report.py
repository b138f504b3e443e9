"""Results for real documents, as the table of docs/compatibility.md: ``python -m tests.codegen.corpus.report``."""

from __future__ import annotations

import argparse
import ast
import csv
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jsonschema_rs import Draft7Validator
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.documents.source import Source
from topicwright_codegen.output.compiled import Compiled
from topicwright_codegen.project.config import Config

from tests.codegen.corpus.test_examples import examples, inlined, kept
from tests.codegen.support.corpus import CORPUS, REASON, Row, rows
from tests.paths import ROOT, RUNTIME

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN, END = "<!-- written by make corpus -->\n", "<!-- end of what make corpus writes -->\n"


@dataclass
class Tally:
    """How many of some things are as they should be, and which are not."""

    of: int = 0
    short: list[str] = field(default_factory=list)

    def add(self, good: bool, name: str) -> None:
        self.of += 1
        self.short += [] if good else [name]

    def __str__(self) -> str:
        return f"{self.of - len(self.short)} of {self.of}"


@dataclass
class Report:
    """Everything that is counted."""

    folder: Path
    tallies: dict[str, Tally] = field(default_factory=dict)
    topics: int = 0
    lines: int = 0
    code: int = 0

    def tally(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def run(self) -> None:
        compiled = {row: done for row in rows() if row.valid and (done := self._compile(row)) is not None}
        for name, check in (
            ("imported", import_errors),
            ("clean under mypy --strict", mypy_errors),
            ("clean under pyright strict", pyright_errors),
        ):
            broken = check(self.folder, [row.package for row in compiled])
            for row in compiled:
                self.tally(name).add(row.package not in broken, f"{row.id}: {broken.get(row.package, '')}")
        for row, done in compiled.items():
            self._examples(row, done)
        for row in (row for row in rows() if not row.valid):
            self._invalid(row)

    def _compile(self, row: Row) -> Compiled | None:
        try:
            done = row.compile(self.folder)
        except CompileError as error:
            self.tally("compiled").add(False, f"{row.id}: {error}".splitlines()[0])
            return None
        done.package.write()
        self.tally("compiled").add(True, row.id)
        self.topics += done.counts[0]
        self.lines += generated_lines(done.package.folder)
        self.code += code_lines(done.package.folder)
        return done

    def _examples(self, row: Row, done: Compiled) -> None:
        """Compile once more, with models that take schemas at their word, and ask them for the examples."""
        package = f"kept_{row.id}"
        compiled = compile_catalog(Config((row.source,), package, self.folder, access=row.access, keep_unknown=True))
        compiled.package.write()
        source = Source.of((row.source,), Diagnostics(), access=row.access)
        for topic in (topic for domain in compiled.catalog.domains for topic in domain.topics):
            for good, example in self._kept(topic, source):
                self.tally("examples that their schema accepts: read and written back equal").add(
                    good, f"{row.id}: {topic.event_type} {json.dumps(example)[:100]}"
                )

    def _kept(self, topic: Topic, source: Source) -> Iterator[tuple[bool, object]]:
        listed = list(examples(topic))
        if topic.payload is None or topic.payload.symbol is None or not listed:
            return
        try:
            validator = Draft7Validator(inlined(source, topic.payload.node), validate_formats=False)
        except ValueError:  # a pattern that this validator does not know
            return
        model = getattr(importlib.import_module(topic.payload.symbol.module), topic.payload.symbol.name)
        for example in filter(validator.is_valid, listed):
            yield kept(model, example), example

    def _invalid(self, row: Row) -> None:
        reason = reasons()[row.id]
        try:
            row.compile(self.folder)
        except CompileError as error:
            places = [one.place for one in error.diagnostics.recorded]
            is_reported = any(in_place(row, place.path, place.line, reason) for place in places)
            self.tally("diagnosed in the right place").add(is_reported, f"{row.id}: {reason}")
        else:
            self.tally("diagnosed in the right place").add(False, f"{row.id}: accepted, though {reason}")

    def text(self) -> str:
        """Return the table."""
        valid = self.tally("compiled").of
        table = [f"| valid documents ({valid}) | |\n|---|---|\n"]
        for name, tally in self.tallies.items():
            if name == "diagnosed in the right place":
                table.append(f"| **invalid documents ({tally.of})** | |\n")
            table.append(f"| {name} | {tally} |\n")
        short = [f"- {name}: `{text}`\n" for name, tally in self.tallies.items() for text in tally.short]
        tars = ROOT / "generated" / "src" / "tars"
        count = sum(line.startswith("| `") for line in (tars / "TOPICS.md").read_text("utf-8").splitlines())
        size = (
            f"\nLines of Python for each topic (`wc -l` of all .py files, by the rows of `TOPICS.md`): "
            f"{self.lines / max(self.topics, 1):.0f} over all of these documents together "
            f"({self.topics} topics), {generated_lines(tars) / count:.0f} for TARS ({count} topics).\n"
            "Without blank lines, comments and docstrings: "
            f"{self.code / max(self.topics, 1):.0f}, and {code_lines(tars) / count:.0f} for TARS.\n"
        )
        fallen = ["\nWhat falls short:\n\n", *short] if short else ["\nNothing falls short.\n"]
        return "".join([*table, *fallen, size])


def generated_lines(folder: Path) -> int:
    return sum(path.read_text("utf-8").count("\n") for path in folder.rglob("*.py"))


def code_lines(folder: Path) -> int:
    """Count the lines that are neither blank nor a comment nor part of a docstring."""
    return sum(_code_lines(path.read_text("utf-8")) for path in folder.rglob("*.py"))


def _code_lines(text: str) -> int:
    alone = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)]
    strings = [node for node in alone if isinstance(node.value, ast.Constant)]
    prose = {line for node in strings for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = enumerate(text.splitlines(), 1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and at not in prose for at, line in lines)


def reasons() -> dict[str, str]:
    """Return what the official parser says of the invalid documents."""
    with (CORPUS / "index.tsv").open(encoding="utf-8") as file:
        return {row["id"]: row["parser_first_error"] for row in csv.DictReader(file, delimiter="\t")}


def in_place(row: Row, path: str, line: int, reason: str) -> bool:
    """Tell whether a finding is at a line that has what the official parser speaks of."""
    if Path(path).resolve() != row.source or line == 1:
        return False
    quoted = re.search(r"'([^' ]+)|\"([^\" ]+)\"", reason)
    if "server-variables" in reason:
        wanted = "{"
    else:
        wanted = (quoted[1] or quoted[2]).partition("~")[0] if quoted and "Operation" not in reason else "$ref"
    # The place of an object is the line of its key: what is wrong in it may stand in the next one.
    return any(wanted in text for text in row.source.read_text("utf-8").splitlines()[line - 1 : line + 1])


def import_errors(folder: Path, packages: list[str]) -> dict[str, str]:
    program = (
        "import importlib, pkgutil, sys\n"
        "for name in sys.stdin.read().split():\n"
        "    try:\n"
        "        package = importlib.import_module(name)\n"
        "        for module in pkgutil.walk_packages(package.__path__, name + '.'):\n"
        "            dir(importlib.import_module(module.name))\n"
        "    except Exception as error: print(name, repr(error)[:200].replace('\\n', ' '))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(RUNTIME)))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=" ".join(packages),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: text for name, _, text in (line.partition(" ") for line in done.stdout.splitlines())}


def mypy_errors(folder: Path, packages: list[str]) -> dict[str, str]:
    names = [argument for package in packages for argument in ("-p", package)]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", os.devnull, *names]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join((str(folder), str(RUNTIME)))}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return by_package(folder, [line for line in done.stdout.splitlines() if ": error:" in line])


def pyright_errors(folder: Path, packages: list[str]) -> dict[str, str]:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": packages,
        "extraPaths": [str(RUNTIME), "."],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "-p", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["generalDiagnostics"]
    return by_package(folder, [f"{item['file']}: {item['message']}" for item in found])


def by_package(folder: Path, lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        found.setdefault(line.removeprefix(f"{folder}/").partition("/")[0], line)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/compatibility.md")
    options = parser.parse_args()
    if not CORPUS.is_dir():
        print(f"skipped: {REASON}")
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        sys.path.insert(0, temporary)
        report = Report(Path(temporary))
        report.run()
    text = report.text()
    print(text)
    if options.write:
        page = PAGE.read_text("utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
