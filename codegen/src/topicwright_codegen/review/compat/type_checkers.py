"""Type checkers run over a folder of code beside an SDK; their errors as values."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicwright_codegen.project.config import UsageError


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One error; the file is relative to the folder of the code."""

    file: str
    line: int
    checker: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code to be checked."""

    folder: Path
    """The top folder, from which files are named."""
    paths: tuple[Path, ...]

    @property
    def roots(self) -> list[Path]:
        """The folders that its imports start from: of a folder that is a package, the one around the package."""
        found: dict[Path, None] = {}
        for path in self.paths:
            folder = path if path.is_dir() else path.parent
            while (folder / "__init__.py").exists():
                folder = folder.parent
            found[folder] = None
        return list(found)


def run(names: Sequence[str], code: Code, sdk: Path, cache: Path) -> list[Complaint]:
    """Return the errors of checkers in code that imports the SDK in a folder."""
    return sorted(error for name in names for error in CHECKERS[name](code, sdk, cache))


def installed() -> list[str]:
    """Return the checkers that are there.

    Raises:
        UsageError: there is none.
    """
    names = [name for name in CHECKERS if importlib.util.find_spec(name) is not None]
    if not names:
        raise UsageError("compat needs a type checker beside the compiler: pip install mypy, or pyright")
    return names


def _mypy(code: Code, sdk: Path, cache: Path) -> Iterator[Complaint]:
    command = [sys.executable, "-m", "mypy", "--config-file=", "--check-untyped-defs", "--follow-imports=silent"]
    command += ["--namespace-packages", "--explicit-package-bases", f"--cache-dir={cache}", "--output=json"]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(map(str, [sdk, *code.roots]))}
    command += [str(path) for path in code.paths]
    done = subprocess.run(command, cwd=code.folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise UsageError(f"mypy cannot run: {(done.stderr or done.stdout).strip()}")
    for line in done.stdout.splitlines():
        told = _json(line)
        if told.get("severity") == "error":
            file = _relative(code, str(told["file"]))
            yield Complaint(file, int(told["line"]), "mypy", str(told.get("code") or ""), str(told["message"]))


def _pyright(code: Code, sdk: Path, cache: Path) -> Iterator[Complaint]:
    config = {
        "include": [path.relative_to(code.folder).as_posix() for path in code.paths],
        "extraPaths": [str(sdk), *map(str, code.roots)],
        "typeCheckingMode": "standard",
    }
    file = code.folder / "pyrightconfig.json"  # it looks at nothing outside the folder of its settings
    file.write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(file)]
    done = subprocess.run(command, cwd=code.folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise UsageError(f"pyright cannot run: {(done.stderr or done.stdout).strip()}")
    for told in _json(done.stdout).get("generalDiagnostics", []):
        if told["severity"] == "error":
            place, line = _relative(code, told["file"]), told["range"]["start"]["line"] + 1
            yield Complaint(place, line, "pyright", told.get("rule", ""), told["message"])


def _json(text: str) -> dict[str, Any]:
    """Return an object that a checker has written; nothing where it has written something else."""
    try:
        value: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    return value


def _relative(code: Code, file: str) -> str:
    path = (code.folder / file).resolve()
    return path.relative_to(code.folder.resolve()).as_posix() if path.is_relative_to(code.folder.resolve()) else file


CHECKERS: dict[str, Callable[[Code, Path, Path], Iterator[Complaint]]] = {"mypy": _mypy, "pyright": _pyright}
