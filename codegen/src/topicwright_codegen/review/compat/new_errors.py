"""Type errors that appear with the new SDK."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.diagnostics.steps import step
from topicwright_codegen.project.config import Flags, UsageError
from topicwright_codegen.review.compat.cause import cause

if TYPE_CHECKING:
    from topicwright_codegen.review.compat.type_checkers import CheckerError, Code
    from topicwright_codegen.review.findings.finding import Finding
    from topicwright_codegen.review.sides.git_ref import Ref
    from topicwright_codegen.review.sides.inputs import Input


@dataclass(frozen=True, slots=True)
class NewError:
    """A type error that the code has with the new SDK and not with its own."""

    error: CheckerError
    finding: Finding | None
    """The change that is the likely cause."""


def new_errors(
    flags: Flags, against: str, target: Path, paths: Sequence[Path] = (), checkers: Sequence[str] = ()
) -> list[NewError]:
    """Return the type errors that appear in code of a git ref with the SDK of today's catalog.

    Args:
        flags: how the catalog is read.
        against: the git ref.
        target: a folder for the files of the ref and for both SDKs.
        paths: the code; by default ``compat`` of the settings.
        checkers: the type checkers; by default all that are installed.

    Raises:
        UsageError: there is no such ref or no such code, or a type checker cannot run.
    """
    # A type checker takes seconds, so everything else that can fail comes first.
    from topicwright_codegen.review.compat.type_checkers import installed_checkers, run_checkers
    from topicwright_codegen.review.engine import review
    from topicwright_codegen.review.sides.git_ref import Ref
    from topicwright_codegen.review.sides.inputs import input_of_ref, input_of_today
    from topicwright_codegen.review.sides.labels import Labels
    from topicwright_codegen.review.sides.side import folder_of, side_of
    from topicwright_codegen.review.witnesses.package import write_package

    new = input_of_today(flags)
    package = _package(new)
    ref = Ref.of(against, folder_of(new), target / "ref")
    labels = Labels({f"{ref.target.as_posix()}/": ref.name})
    before, after = side_of(input_of_ref(flags, ref), labels, package), side_of(new, None, package)
    code = _code(paths, new, ref)
    names = checkers or installed_checkers()
    errors: list[list[CheckerError]] = []
    for name, side in (("old", before), ("new", after)):
        write_package(side.catalog, target / name)
        step(f"type-checking with the {name} SDK")
        errors.append(run_checkers(names, code, target / name, target / "cache"))
    findings = review(before, after, witnesses=False).findings
    return [NewError(error, cause(error, _text_at(code, error), findings)) for error in added_errors(*errors)]


def _package(new: Input) -> str:
    package = new.settings.text("package")
    if not package:
        raise UsageError("compat needs the name of the SDK: set package in [tool.topicwright] of pyproject.toml")
    return package


def _code(named: Sequence[Path], new: Input, ref: Ref) -> Code:
    """Return the code of the ref; paths that are named win over those of the settings."""
    from topicwright_codegen.review.compat.type_checkers import Code

    base = new.settings.folder or Path.cwd()
    paths = list(named) or [base / text for text in new.settings.texts("compat")]
    if not paths:
        raise UsageError("name the code to check, or set compat in [tool.topicwright] of pyproject.toml")
    ref.write_below(paths, (".py", ".pyi"))
    there = tuple(ref.there(path) for path in paths if ref.there(path).exists())
    if not there:
        raise UsageError(f"{ref.name} has no {', '.join(map(str, paths))}")
    return Code(ref.target, there)


def added_errors(before: Iterable[CheckerError], after: Iterable[CheckerError]) -> list[CheckerError]:
    """Return the errors that were not there before; the code is the same, so equal errors have equal lines."""
    return sorted((Counter(after) - Counter(before)).elements())


def _text_at(code: Code, error: CheckerError) -> str:
    try:
        return (code.folder / error.file).read_text(encoding="utf-8").splitlines()[error.line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""
