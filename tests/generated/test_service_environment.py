"""The packages that `pip install ./generated` installs for a service, and those that it does not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

NEEDED = {"tars-core", "topicwright", "aiomqtt", "orjson", "pydantic"}
COMPILER_ONLY = {"jinja2", "datamodel-code-generator", "topicwright-codegen", "ruff", "black"}


@pytest.fixture(scope="module")
def service_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("service")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    # A copy, so that building leaves nothing in the work tree.
    for name in ("runtime", "generated"):
        shutil.copytree(ROOT / name, folder / "project" / name)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "./generated"]
    done = subprocess.run(install, cwd=folder / "project", capture_output=True, text=True)
    if done.returncode != 0 and "No matching distribution" in done.stderr:
        pytest.skip(f"no package index can be reached: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return python


@pytest.mark.timeout(300)
def test_a_service_gets_the_sdk_and_no_compiler(service_python: Path) -> None:
    listing = subprocess.run(
        [str(service_python), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    )
    installed = {str(item["name"]).lower().replace("_", "-") for item in json.loads(listing.stdout)}
    assert installed >= NEEDED
    assert not installed & COMPILER_ONLY


def test_the_import_paths_of_the_migration_guide_work(service_python: Path) -> None:
    code = (
        "from tars.adapters.mqtt_client import MQTTClient\n"
        "from tars.contracts.envelope import Envelope\n"
        "from tars import TarsClient\n"
        "assert issubclass(TarsClient, MQTTClient)\n"
        "assert Envelope.new(event_type='a', data={'b': 1}, correlate='c').id == 'c'\n"
    )
    subprocess.run([str(service_python), "-c", code], check=True, cwd="/")
