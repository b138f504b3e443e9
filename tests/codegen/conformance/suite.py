"""The JSON Schema test suite of ../shared/suites, where it is there: schemas, values, and whether they fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.paths import SHARED

SUITE = (SHARED / "suites" / "json-schema").resolve()
REASON = f"no JSON Schema test suite at {SUITE}"
REMOTES = SUITE / "remotes"
REMOTE_URL = "http://localhost:1234/"
"""Where the suite's remote documents are, for its references."""
DRAFTS = ("draft7", "draft2020-12")


@dataclass(frozen=True, slots=True)
class Case:
    """A value, and whether the schema accepts it."""

    value: Any
    valid: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A schema of the suite with its tests."""

    number: int
    draft: str
    file: str
    """The name of its file without the suffix: mostly a keyword."""
    description: str
    schema: Any
    cases: tuple[Case, ...]


def groups(*files: str) -> list[Group]:
    """Return the groups of all files, or of some, in both drafts; the numbers are the same either way."""
    found: list[Group] = []
    for path in (path for draft in DRAFTS for path in sorted((SUITE / "tests" / draft).glob("*.json"))):
        for group in json.loads(path.read_text("utf-8")):
            cases = tuple(Case(test["data"], test["valid"]) for test in group["tests"])
            found.append(Group(len(found), path.parent.name, path.stem, group["description"], group["schema"], cases))
    return [group for group in found if not files or group.file in files]


def remote(url: str) -> Any:
    """Return the suite's document of a URL; raise LookupError for any other one."""
    path = REMOTES / url.removeprefix(REMOTE_URL).partition("#")[0]
    if not url.startswith(REMOTE_URL) or not path.is_file():
        raise LookupError(url)
    return json.loads(path.read_text("utf-8"))
