"""``sync = true``: each package has blocking clients too, which import and are type-clean for any catalog."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.compiler import compile_catalog

from tests.codegen.support.golden import NAMES, config
from tests.paths import ROOT

IMPORT_ALL = """\
import importlib, pkgutil
for package in map(importlib.import_module, {names}):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blocking")
    for name in NAMES:
        compile_catalog(replace(config(name, folder), blocking=True)).package.write()
    return folder


def run(packages: Path, *command: str) -> None:
    path = os.pathsep.join((str(packages), str(ROOT / "runtime" / "src")))
    environment = {**os.environ, "PYTHONPATH": path, "MYPYPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], env=environment, cwd=packages, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_blocking_packages_import_without_a_warning(packages: Path) -> None:
    assert all((packages / name / "sync" / "__init__.py").exists() for name in NAMES)
    run(packages, "-W", "error", "-c", IMPORT_ALL.format(names=NAMES))


def test_blocking_packages_are_clean_under_mypy_strict(packages: Path, tmp_path: Path) -> None:
    modules = [argument for name in NAMES for argument in ("-p", f"{name}.sync")]
    run(packages, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(tmp_path), *modules)


def test_nothing_blocking_is_there_unless_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = "channels: {a: {address: sync/b, messages: {Thing: {name: sync.done, payload: {type: string}}}}}"
    (tmp_path / "sync.yaml").write_text(
        f"asyncapi: 3.0.0\ninfo: {{title: Test, version: 1.0.0}}\n{catalog}\n", encoding="utf-8"
    )
    settings = '[tool.topicwright]\nsources = ["sync.yaml"]\npackage = "sdk"\noutput = "out"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["generate"]) == 0
    assert "class SyncTopics(MQTTClient)" in (tmp_path / "out/sdk/sync/__init__.py").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(f"{settings}sync = true\n", encoding="utf-8")
    assert main(["generate"]) == 0
    assert "from sdk.sync._client import SdkClient" in (tmp_path / "out/sdk/sync/__init__.py").read_text("utf-8")
    assert main(["check"]) == 0
