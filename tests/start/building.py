"""Builds the wheels and sdists of both distributions into dist/, and checks them."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

from tests.paths import ROOT
from tests.start.environments import DIST, uv

DISTRIBUTIONS = {
    "topicwright": {"topicwright", "pytest_topicwright"},
    "topicwright-codegen": {"topicwright_codegen"},
}
"""Both distributions, and what each installs: nothing else may get into an environment."""


def build(folder: Path = DIST) -> list[Path]:
    """Build both distributions, each wheel from its sdist; return the four files."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("topicwright*"):
        old.unlink()
    for name in DISTRIBUTIONS:
        subprocess.run([uv(), "build", "--quiet", "--package", name, "--out-dir", str(folder)], cwd=ROOT, check=True)
    return sorted(folder.glob("topicwright*"))


def check(files: list[Path]) -> None:
    """Refuse distributions that an index would refuse, or that lack a file which users count on."""
    subprocess.run([uv(), "tool", "run", "twine", "check", "--strict", *map(str, files)], check=True)
    for wheel in (file for file in files if file.suffix == ".whl"):
        names = zipfile.ZipFile(wheel).namelist()
        for wanted in ("/py.typed", ".dist-info/licenses/LICENSE", ".dist-info/METADATA"):
            assert any(name.endswith(wanted) for name in names), f"{wheel.name} has no {wanted}"
        brought = {re.split(r"[./]", name)[0] for name in names if ".dist-info/" not in name}
        known = DISTRIBUTIONS[wheel.name.split("-")[0].replace("_", "-")]
        assert brought == known, f"{wheel.name} brings {brought}, not {known}"
