"""The documents of ../shared/corpus, where it is there: other people's real AsyncAPI documents."""

from __future__ import annotations

import csv
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.output.compiled import Compiled
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config

from tests.paths import SHARED

CORPUS = (SHARED / "corpus").resolve()
REASON = f"no real documents at {CORPUS}"


@dataclass(frozen=True)
class Row:
    """One line of the index."""

    id: str
    path: str
    version: str
    valid: bool

    @property
    def package(self) -> str:
        return f"doc_{self.id}"

    @property
    def source(self) -> Path:
        return CORPUS / "docs" / self.id / self.path

    @property
    def access(self) -> Access:
        """What references may read: the whole repository of the document."""
        return Access((CORPUS / "docs" / self.id).resolve())

    def compile(self, output: Path) -> Compiled:
        return compile_catalog(Config((self.source,), self.package, output, access=self.access))


def rows() -> list[Row]:
    if not (CORPUS / "index.tsv").is_file():
        return []
    with (CORPUS / "index.tsv").open(encoding="utf-8") as file:
        read = csv.DictReader(file, delimiter="\t")
        return [Row(row["id"], row["path"], row["version"], row["parser"] == "valid") for row in read]


@dataclass
class Result:
    """What became of a document."""

    findings: str = ""
    refused: bool = False
    digest: str = ""


def compile_row(row: Row, write: bool = False) -> Result:
    """Compile a document, and sum up the names and bytes of its files."""
    try:
        done = row.compile(Path("out"))
    except CompileError as error:
        return Result(str(error), refused=True)
    if write:
        done.package.write()
    findings = "\n".join(map(str, done.diagnostics.sorted()))
    return Result(findings, digest=hashlib.sha256(repr(sorted(done.package.files.items())).encode()).hexdigest())


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(f"{row.id} {compile_row(row).digest or 'refused'}\n")
