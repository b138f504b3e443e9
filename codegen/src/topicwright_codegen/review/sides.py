"""The two sides of a comparison: compiled from files and folders, or from a git ref."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.access import Access
from topicwright_codegen.asyncapi import Api
from topicwright_codegen.build import Settings, build_catalog
from topicwright_codegen.catalog import Catalog
from topicwright_codegen.config import UsageError
from topicwright_codegen.diagnostics import CompileError, Diagnostics, Place, shown_path
from topicwright_codegen.reader import read_apis
from topicwright_codegen.source import Source
from topicwright_codegen.specification import check_documents


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One version of the catalog."""

    source: Source
    apis: tuple[Api, ...]
    catalog: Catalog


def read_side(paths: Sequence[Path], package: str, access: Access | None = None) -> Side:
    """Compile one side; raise CompileError where there is an error in it."""
    diagnostics = Diagnostics()
    source = Source.of(paths, diagnostics, access=access)
    documents = source.read(paths)
    if not documents and not diagnostics.failed:
        hint = "one starts with `asyncapi: 3.0.0`"
        diagnostics.error("TW109", "no AsyncAPI document here", Place(shown_path(paths[0].resolve())), hint)
    apis = read_apis(documents, source)
    check_documents(documents, diagnostics)
    catalog = None if diagnostics.failed else build_catalog(apis, source, Settings(package))
    if catalog is None or diagnostics.failed:
        raise CompileError(diagnostics)
    return Side(source, tuple(apis), catalog)


def extract(ref: str, paths: Sequence[Path], target: Path) -> list[Path]:
    """Write the files of a git ref below ``target``; return where ``paths`` are there."""
    top = Path(_git(paths[0].resolve().parent, "rev-parse", "--show-toplevel").decode().strip())
    commit = _commit(top, ref)
    names = [path.resolve().relative_to(top).as_posix() for path in paths]
    try:
        archive = _git(top, "archive", "--format=tar", commit, "--", *names)
    except UsageError as error:
        raise UsageError(f"{ref} has no {', '.join(names)}: {error}") from None
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(target, filter="data")
    return [target / name for name in names]


def _commit(top: Path, ref: str) -> str:
    if ref.startswith("-"):
        raise UsageError(f"{ref!r} is not a git ref")
    try:
        return _git(top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
    except UsageError:
        shallow = _git(top, "rev-parse", "--is-shallow-repository").strip() == b"true"
        hint = f"this clone is shallow: git fetch --depth=1 origin {ref}, then --against FETCH_HEAD"
        raise UsageError(f"unknown git ref {ref!r}{f'; {hint}' if shallow else ''}") from None


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError("--against needs git") from None
    if done.returncode:
        raise UsageError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} fails")
    return done.stdout
