"""A deprecated part of a catalog is deprecated for type checkers and at run time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import GOLDEN

EXPECTED = GOLDEN / "sunset" / "expected"
USE = """\
from sunset.lamp import LampSet, LampState
from sunset.services import LampDriver
from topicwright import Event


async def switch(event: Event[LampState]) -> None: ...


async def work(client: LampDriver) -> None:
    await client.publish_lamp_state(LampState())
    await client.publish_lamp_failed(LampState())
"""
DEPRECATED = "lamp.failed is deprecated"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "use.py").write_text(USE)
    return tmp_path


def test_mypy_reports_the_call_and_not_the_generated_code(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--enable-error-code=deprecated",
        "--config-file=",
        "--explicit-package-bases",
    ]
    command += [f"--cache-dir={folder / 'cache'}", "use.py", str(EXPECTED / "sunset")]
    environment = {**os.environ, "MYPYPATH": str(EXPECTED)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1, done.stdout
    assert errors[0].startswith("use.py:11:")
    assert DEPRECATED in errors[0]


@pytest.mark.slow
def test_pyright_reports_the_call_and_not_the_generated_code(folder: Path) -> None:
    settings = {"typeCheckingMode": "strict", "include": ["."], "reportUnusedImport": "none"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    (folder / "sunset").symlink_to(EXPECTED / "sunset")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    reports = json.loads(done.stdout)["generalDiagnostics"]
    assert [(item["rule"], Path(item["file"]).name) for item in reports] == [("reportDeprecated", "use.py")]
    assert DEPRECATED in reports[0]["message"]


def test_a_call_warns_with_the_sunset_and_importing_does_not() -> None:
    program = (
        "import warnings\n"
        "from sunset.services import LampDriver\n"
        "with warnings.catch_warnings(record=True) as reports:\n"
        "    warnings.simplefilter('always')\n"
        "    LampDriver.on_lamp_set(None, None).close()\n"
        "print(*(str(item.message) for item in reports), sep='|')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(EXPECTED), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "lamp.set is deprecated; it goes away after 2027-06-30", done.stderr
