"""``topicwright compat``: the services and tests of a git ref, type-checked with the SDK of today's catalog."""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.project.config import UsageError
from topicwright_codegen.review.options import add_reading, flags_of

if TYPE_CHECKING:
    from topicwright_codegen.catalog.model import Topic
    from topicwright_codegen.review.checkers import Code, Complaint
    from topicwright_codegen.review.findings import Finding
    from topicwright_codegen.review.inputs import Input
    from topicwright_codegen.review.refs import Ref

COMPAT = "type-check the services and tests of a git ref with the SDK of today's catalog"
_WORD = re.compile(r"[A-Za-z_]\w*")
_VERBS = ("publish", "on", "request", "serve", "stream")


def add_compat(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    text = "files and folders of Python (default: compat in [tool.topicwright])"
    command.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=text)
    command.add_argument("--against", metavar="REF", required=True, help="the git ref that the code is taken from")
    text = "default: those that are installed"
    command.add_argument("--checker", action="append", choices=("mypy", "pyright"), help=text)
    command.add_argument("--format", choices=("text", "json"), default="text", help="how errors are written")
    add_reading(command)


@dataclass(frozen=True, slots=True)
class _New:
    """An error that the code has with the new SDK and not with its own."""

    error: Complaint
    finding: Finding | None
    """The change that is the likely cause."""


def compat(options: argparse.Namespace) -> int:
    """Write the new errors; return 1 where there is one."""
    with tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        found = _new_errors(options, Path(folder).resolve())
    if options.format == "json":
        print(json.dumps({"errors": [_object(one) for one in found]}, indent=2))
    else:
        for one in found:
            print(_line(one))
        print(f"{len(found)} new type errors with the SDK of today's catalog")
    return 1 if found else 0


def _new_errors(options: argparse.Namespace, target: Path) -> list[_New]:
    # A type checker takes seconds; everything that can go wrong before it does.
    from topicwright_codegen.review.checkers import installed, run
    from topicwright_codegen.review.comparison import folder_of, side_of
    from topicwright_codegen.review.engine import review
    from topicwright_codegen.review.inputs import input_of_ref, input_of_today
    from topicwright_codegen.review.package import write_package
    from topicwright_codegen.review.refs import Ref
    from topicwright_codegen.review.report import Labels

    flags = flags_of(options)
    new = input_of_today(flags)
    package = _package(new)
    ref = Ref.of(options.against, folder_of(new), target / "ref")
    labels = Labels({f"{ref.target.as_posix()}/": ref.name})
    before, after = side_of(input_of_ref(flags, ref), labels, package), side_of(new, None, package)
    code = _code(options, new, ref)
    checkers = options.checker or installed()
    errors: list[list[Complaint]] = []
    for name, side in (("old", before), ("new", after)):
        write_package(side.catalog, target / name)
        errors.append(run(checkers, code, target / name, target / "cache"))
    findings = review(before, after, witnesses=False).findings
    return [_New(error, cause(error, _text_at(code, error), findings)) for error in added(*errors)]


def _package(new: Input) -> str:
    package = new.settings.text("package")
    if not package:
        raise UsageError("compat needs the name of the SDK: set package in [tool.topicwright] of pyproject.toml")
    return package


def _code(options: argparse.Namespace, new: Input, ref: Ref) -> Code:
    """Return the code of the ref."""
    from topicwright_codegen.review.checkers import Code

    base = new.settings.folder or Path.cwd()
    paths = list(options.paths) or [base / text for text in new.settings.texts("compat")]
    if not paths:
        raise UsageError("name the code to check, or set compat in [tool.topicwright] of pyproject.toml")
    ref.write_below(paths, (".py", ".pyi"))
    there = tuple(ref.there(path) for path in paths if ref.there(path).exists())
    if not there:
        raise UsageError(f"{ref.name} has no {', '.join(map(str, paths))}")
    return Code(ref.target, there)


def added(before: Iterable[Complaint], after: Iterable[Complaint]) -> list[Complaint]:
    """Return the errors that were not there before; the code is the same, so that lines tell them apart."""
    return sorted((Counter(after) - Counter(before)).elements())


def _text_at(code: Code, error: Complaint) -> str:
    try:
        return (code.folder / error.file).read_text(encoding="utf-8").splitlines()[error.line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def cause(error: Complaint, line: str, findings: Sequence[Finding]) -> Finding | None:
    """Return the finding whose names the error and its line have most of."""
    told, near = set(_WORD.findall(error.message)), set(_WORD.findall(line))
    scored = [(_score(found, told, near), -at, found) for at, found in enumerate(findings) if found.source != "ok"]
    best = max(scored, key=lambda entry: entry[:2], default=None)
    return best[2] if best is not None and best[0] > 0 else None


def _score(found: Finding, told: set[str], near: set[str]) -> int:
    names = {name for topic in found.topics for name in _names(topic)}
    changed = set(_WORD.findall(found.detail)) - {"payload", "headers"}
    return 2 * len(names & told) + len(names & near) + 4 * len(changed & told) + 2 * len(changed & near)


def _names(topic: Topic) -> set[str]:
    symbols = [type_.symbol.name for type_ in (topic.payload, topic.headers) if type_ and type_.symbol]
    return {topic.constant, topic.params_class, *symbols, *(f"{verb}_{topic.suffix}" for verb in _VERBS)} - {""}


def _object(new: _New) -> dict[str, object]:
    error, found = new.error, new.finding
    told = {"file": error.file, "line": error.line, "checker": error.checker, "code": error.code}
    why = {"rule": found.rule, "fingerprint": found.fingerprint, "message": found.message} if found else None
    return {**told, "message": error.message, "finding": why}


def _line(new: _New) -> str:
    error, found = new.error, new.finding
    why = f"\n    because of {found.rule}: {found.message} [{found.fingerprint}]" if found else ""
    return f"{error.file}:{error.line}: {' '.join(error.message.split())} [{error.checker} {error.code}]{why}"
