"""Runs type checkers over code that uses an SDK; their errors as values."""

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
class CheckerError:
    """One error of a type checker; the file is relative to the folder of the code."""

    file: str
    line: int
    checker: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Code:
    """The code to check."""

    folder: Path
    """The top folder, which names of files are relative to."""
    paths: tuple[Path, ...]

    @property
    def roots(self) -> list[Path]:
        """The folders that imports start from; for a package, the folder around it."""
        folders: dict[Path, None] = {}
        for path in self.paths:
            folder = path if path.is_dir() else path.parent
            while (folder / "__init__.py").exists():
                folder = folder.parent
            folders[folder] = None
        return list(folders)


def run_checkers(names: Sequence[str], code: Code, sdk: Path, cache: Path) -> list[CheckerError]:
    """Return the errors of type checkers in code that imports the SDK of a folder."""
    return sorted(error for name in names for error in CHECKERS[name](code, sdk, cache))


def installed_checkers() -> list[str]:
    """Return the names of the type checkers that are installed.

    Raises:
        UsageError: there is none.
    """
    names = [name for name in CHECKERS if importlib.util.find_spec(name) is not None]
    if not names:
        raise UsageError("compat needs a type checker beside the compiler: pip install mypy, or pyright")
    return names


def _mypy(code: Code, sdk: Path, cache: Path) -> Iterator[CheckerError]:
    command = [sys.executable, "-m", "mypy", "--config-file=", "--check-untyped-defs", "--follow-imports=silent"]
    command += ["--namespace-packages", "--explicit-package-bases", f"--cache-dir={cache}", "--output=json"]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(map(str, [sdk, *code.roots]))}
    command += [str(path) for path in code.paths]
    done = subprocess.run(command, cwd=code.folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise UsageError(f"mypy cannot run: {(done.stderr or done.stdout).strip()}")
    for line in done.stdout.splitlines():
        entry = _json(line)
        if entry.get("severity") == "error":
            file = _relative(code, str(entry["file"]))
            yield CheckerError(file, int(entry["line"]), "mypy", str(entry.get("code") or ""), str(entry["message"]))


def _pyright(code: Code, sdk: Path, cache: Path) -> Iterator[CheckerError]:
    config = {
        "include": [path.relative_to(code.folder).as_posix() for path in code.paths],
        "extraPaths": [str(sdk), *map(str, code.roots)],
        "typeCheckingMode": "standard",
    }
    file = code.folder / "pyrightconfig.json"  # pyright checks nothing outside the folder of its settings
    file.write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(file)]
    done = subprocess.run(command, cwd=code.folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise UsageError(f"pyright cannot run: {(done.stderr or done.stdout).strip()}")
    for entry in _json(done.stdout).get("generalDiagnostics", []):
        if entry["severity"] == "error":
            place, line = _relative(code, entry["file"]), entry["range"]["start"]["line"] + 1
            yield CheckerError(place, line, "pyright", entry.get("rule", ""), entry["message"])


def _json(text: str) -> dict[str, Any]:
    """Return the JSON object that a checker has written; empty if it has written something else."""
    try:
        value: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    return value


def _relative(code: Code, file: str) -> str:
    path = (code.folder / file).resolve()
    return path.relative_to(code.folder.resolve()).as_posix() if path.is_relative_to(code.folder.resolve()) else file


CHECKERS: dict[str, Callable[[Code, Path, Path], Iterator[CheckerError]]] = {"mypy": _mypy, "pyright": _pyright}
