"""The next semantic version of the SDK, and its entry in the changelog beside the SDK."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast

from topicwright_codegen.overriding import override
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.verdicts import SEVERITIES
from topicwright_codegen.review.sides.git_ref import Ref

Bump: TypeAlias = Literal["major", "minor", "patch", "none"]
_BUMPS: tuple[Bump, ...] = ("major", "minor", "patch", "none")
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)\Z")
_TITLE = "# Changelog of the SDK\n"


@dataclass(frozen=True, slots=True)
class Next:
    """The version after a change; the texts are empty where the SDK has no pyproject.toml with the current version."""

    bump: Bump
    current: str = ""
    version: str = ""
    folder: Path | None = None
    """The folder of the SDK's pyproject.toml."""

    @override
    def __str__(self) -> str:
        if not self.version:
            return self.bump
        if self.bump == "none":
            return f"{self.current} stays"
        less = ", one step less before 1.0.0" if self.current.startswith("0.") and self.bump != "patch" else ""
        return f"{self.current} → {self.version} ({self.bump}{less})"


def bump_of(finding: Finding) -> Bump:
    """Return the step for one finding, by the rules of semver.org for users of the SDK and of its topics."""
    if finding.severity == "breaking" or finding.source in ("produce", "read", "both", "import"):
        return "major"
    if finding.severity in ("strict", "dangerous", "source") or finding.rule.endswith("-added"):
        return "minor"
    return "patch"


def bump(findings: Iterable[Finding]) -> Bump:
    """Return the largest step of all findings."""
    steps = {bump_of(finding) for finding in findings}
    for step in _BUMPS:
        if step in steps:
            return step
    return "none"


def version_after(version: str, step: Bump) -> str:
    """Return the version after a step; before 1.0.0 a breaking change raises the second number.

    Raises:
        UsageError: it is not MAJOR.MINOR.PATCH.
    """
    numbers = _VERSION.match(version)
    if numbers is None:
        raise UsageError(f"the SDK's version {version!r} is not MAJOR.MINOR.PATCH")
    major, minor, patch = map(int, numbers.groups())
    if step == "major" and major:
        return f"{major + 1}.0.0"
    if step == "major" or (step == "minor" and major):
        return f"{major}.{minor + 1}.0"
    return version if step == "none" else f"{major}.{minor}.{patch + 1}"


def next_version(findings: Iterable[Finding], ref: Ref | None) -> Next:
    """Return the version after the findings: from the SDK's version at the ref, else from the current one."""
    step = bump(findings)
    settings = find_settings(Path.cwd())
    output = settings.text("output")
    folder = sdk_folder(settings.folder / output, settings.folder) if settings.folder and output else None
    if folder is None:
        return Next(step)
    current = version_in(folder) or ""
    if ref is not None and ref.inside(folder):
        name = (folder.resolve() / "pyproject.toml").relative_to(ref.top).as_posix()
        ref.write(lambda path: str(path) == name)
        current = version_in(ref.there(folder)) or current
    return Next(step, current, version_after(current, step), folder)


def sdk_folder(output: Path, stop: Path) -> Path | None:
    """Return the nearest folder with a pyproject.toml of a project, from where the package goes up to ``stop``."""
    for folder in (output.resolve(), *output.resolve().parents):
        if version_in(folder) is not None:
            return folder
        if folder == stop.resolve():
            break
    return None


def version_in(folder: Path) -> str | None:
    """Return the version in the pyproject.toml of a folder."""
    try:
        document: dict[str, object] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    project = document.get("project")
    version = cast("dict[str, object]", project).get("version") if isinstance(project, dict) else None
    return version if isinstance(version, str) else None


def changelog_entry(version: str, findings: Iterable[Finding]) -> str:
    """Return the section of the changelog for a version, for authors of services."""
    ordered = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    lines = [f"## {version}", ""]
    for finding in ordered:
        where = f"`{finding.event or finding.topic}`: " if finding.event or finding.topic else ""
        lines.append(f"- {finding.severity}: {where}{' '.join(finding.message.split())}" + _advice(finding))
    return "\n".join([*lines, ""])


def _advice(finding: Finding) -> str:
    return f"; {finding.advice}" if finding.advice and finding.severity not in ("safe", "docs") else ""


def write_entry(file: Path, version: str, findings: Iterable[Finding]) -> bool:
    """Write the section of a version at the top of a changelog, or over the old one; return whether it changed."""
    old = file.read_text(encoding="utf-8") if file.exists() else _TITLE
    section = re.compile(rf"^## {re.escape(version)}(?![\w.]).*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text = changelog_entry(version, findings)
    if section.search(old):
        new = section.sub(lambda _: f"{text}\n", old, count=1)
    else:
        first = re.search(r"^## ", old, re.MULTILINE)
        at = first.start() if first else len(old)
        head = old[:at].rstrip("\n")
        new = f"{head}\n\n{text}\n{old[at:]}"
    new = new.rstrip("\n") + "\n"
    if new != old or not file.exists():
        file.write_text(new, encoding="utf-8")
        return True
    return False
