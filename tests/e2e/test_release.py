"""A release is built once, by a tag, and published without a stored secret."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.paths import ROOT

WORKFLOW = ROOT / ".github/workflows/release.yml"
DISTRIBUTIONS = ("runtime", "codegen")


def jobs() -> dict[str, Any]:
    return yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]


def test_a_tag_releases_with_attestations_and_an_sbom() -> None:
    text = WORKFLOW.read_text("utf-8")
    assert yaml.safe_load(text)[True] == {"push": {"tags": ["v*"]}}  # "on" is true in YAML 1.1
    used = {step["uses"].partition("@")[0] for job in jobs().values() for step in job["steps"] if "uses" in step}
    assert used >= {"actions/attest-build-provenance", "actions/attest-sbom", "pypa/gh-action-pypi-publish"}
    assert jobs()["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets." not in text


def test_every_target_that_ci_runs_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for workflow in WORKFLOW.parent.glob("*.yml"):
        called = re.findall(r"run: (?:make|\.ci/run) ([\w -]+)$", workflow.read_text("utf-8"), re.MULTILINE)
        assert {target for line in called for target in line.split()} <= targets, workflow.name


@pytest.mark.parametrize("folder", DISTRIBUTIONS)
def test_a_distribution_says_what_it_is(folder: str) -> None:
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert {"Source", "Documentation", "Changelog", "Issues"} <= project["urls"].keys()
    assert "Typing :: Typed" in project["classifiers"]
    assert (ROOT / folder / project["readme"]).is_file()
    assert (ROOT / folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert all((ROOT / folder / path).is_file() for path in project["license-files"])


def test_nothing_tells_to_install_a_name_of_ours_that_no_index_has() -> None:
    ours = re.compile(r"(?:pip|pipx|uv tool) install(?: +-\S+)* +['\"]?topicwright(?:-codegen)?(?:[\[=<>'\" `\n]|$)")
    for folder in ("README.md", "CONTRIBUTING.md", "docs", "runtime", "codegen", "examples", ".github", ".ci"):
        root = ROOT / folder
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.suffix in (".py", ".md", ".jinja", ".yml", ".toml") and path.is_file():
                for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                    assert not ours.search(line) or "find-links" in line or " @ git+" in line, f"{path}:{at}: {line}"
