"""``topicwright diff``: its arguments, the two sides, and the exit status."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from topicwright_codegen.access import Access
from topicwright_codegen.config import UsageError
from topicwright_codegen.diagnostics import CompileError, Diagnostics, Place, shown_path
from topicwright_codegen.review.verdicts import SEVERITIES, Severity
from topicwright_codegen.settings import find_settings

DIFF = "say what a change of the catalog does to everyone who runs"


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What the command line says."""

    paths: tuple[Path, ...]
    against: str | None
    format: str
    fail_on: Severity

    @classmethod
    def of(cls, options: argparse.Namespace) -> DiffOptions:
        """Return the options of a parsed command line."""
        return cls(tuple(options.paths), options.against, options.format, options.fail_on)


def add_diff(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    paths = "BEFORE and AFTER, files or folders; with --against the files of today (default: the configured sources)"
    command.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=paths)
    command.add_argument("--against", metavar="REF", help="compare with the files of a git ref")
    command.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="how findings are written"
    )
    text = "exit with status 1 where a finding is at least as bad (default: breaking)"
    command.add_argument("--fail-on", choices=SEVERITIES, default="breaking", help=text)


def run_diff(options: DiffOptions) -> int:
    """Write the review to standard output; return 1 where it is bad enough, or where a side does not compile."""
    with tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        target = Path(folder).resolve()
        try:
            return _run(options, target)
        except CompileError as error:
            for found in error.diagnostics.sorted():
                print(found, file=sys.stderr)
            return 1


def _run(options: DiffOptions, target: Path) -> int:
    # The compiler and the models are imported only when they are needed: --help is fast without them.
    from topicwright_codegen.review.engine import review
    from topicwright_codegen.review.formats import FORMATS, Labels
    from topicwright_codegen.review.sides import extract, read_side
    from topicwright_codegen.review.witnesses import unique_package

    if options.against is None:
        if len(options.paths) != 2:
            raise UsageError("diff needs BEFORE and AFTER, or --against REF")
        olds, news, root = [options.paths[0]], [options.paths[1]], None
        _check(olds)
    else:
        news, root = list(options.paths) or _configured(), target
        _check(news)
        olds = extract(options.against, news, target)
    _check(news)
    labels = Labels(f"{shown_path(target)}/", options.against or "") if root else Labels()
    try:
        before = read_side(olds, unique_package(), Access(root) if root else None)
    except CompileError as error:
        raise CompileError(_labelled(error.diagnostics, labels)) from None
    result = review(before, read_side(news, unique_package()))
    sys.stdout.write(FORMATS[options.format](result, labels))
    return 1 if SEVERITIES.index(result.severity) <= SEVERITIES.index(options.fail_on) and result.findings else 0


def _check(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")


def _configured() -> list[Path]:
    settings = find_settings(Path.cwd())
    base = settings.folder or Path.cwd()
    paths = [base / text for text in settings.texts("sources")]
    if not paths:
        raise UsageError("name the files to compare, or set sources in [tool.topicwright] of pyproject.toml")
    return paths


class _Shows(Protocol):
    def shown(self, path: str) -> str: ...


def _labelled(diagnostics: Diagnostics, labels: _Shows) -> Diagnostics:
    """Return findings whose places name the git ref."""

    def place(of: Place) -> Place:
        return replace(of, path=labels.shown(of.path))

    found = [replace(one, place=place(one.place), related=tuple(map(place, one.related))) for one in diagnostics.found]
    return Diagnostics(dict.fromkeys(found))
