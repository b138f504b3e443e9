"""Documents that mean harm: nothing of them runs, and none takes more than 2 CPU seconds and 200 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.project.config import Config

from tests.codegen.support.attacks import BULK, LARGE, PLACES, REFUSED, TEXTS, Document, text_of
from tests.paths import ROOT

SECONDS, MEGABYTES = 2.0, 200.0
BULK_SECONDS = 20.0
"""For documents that are merely large: ten times what they take, so that only growth beyond their size fails."""


def write(folder: Path, documents: dict[str, Document]) -> dict[str, str]:
    """Write documents; return their names by those of their files."""
    names: dict[str, str] = {}
    for at, (name, document) in enumerate(documents.items()):
        stem, text = f"d{at:03}", text_of(document)
        suffix = ".json" if text.startswith("{") else ".yaml"
        (folder / (stem + suffix)).write_text(text, encoding="utf-8", errors="surrogatepass")
        names[stem] = name
    return names


def reports(folder: Path, documents: dict[str, Document]) -> dict[str, dict[str, Any]]:
    """Compile and import all documents in one process of their own."""
    names = write(folder, documents)
    command = [sys.executable, "-m", "tests.codegen.support.measured_compile", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (names.get(f"d{len(lines):03}"), done.stderr)
    found = {names[line["name"]]: line for line in lines}
    assert found.keys() == documents.keys()
    return found


def test_there_are_sixty_attacks_and_more() -> None:
    assert len(PLACES) * len(TEXTS) + len(REFUSED) + len(LARGE) > 250
    assert len(PLACES) + len(REFUSED) + len(LARGE) >= 60


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_text_does_not_run_wherever_it_is_written(tmp_path: Path, text: str) -> None:
    made: list[str] = []
    for at, document in enumerate(PLACES.values()):
        source = tmp_path / f"{at}.json"
        source.write_text(text_of(document(text)), encoding="utf-8")
        with suppress(CompileError):
            compile_catalog(Config((source,), f"sdk_{at}", tmp_path / "out")).package.write()
            made.append(f"sdk_{at}")
    program = (
        "import sys\nfrom tests.codegen.support.measured_compile import imported\n"
        "for name in sys.argv[1:]:\n    imported(name)\nprint('alive')"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path / "out"), str(ROOT)))}
    command = [sys.executable, "-c", program, *made]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
    assert len(made) > len(PLACES) // 2


def test_documents_that_must_not_compile_end_in_a_diagnostic(tmp_path: Path) -> None:
    for name, report in reports(tmp_path, REFUSED).items():
        assert (report["made"], bool(report["errors"])) == (False, True), name
        assert report["cpu"] < SECONDS, (name, report)
        assert report["peak"] < MEGABYTES, (name, report)


def test_documents_made_to_be_slow_end_soon(tmp_path: Path) -> None:
    for name, report in reports(tmp_path, LARGE).items():
        assert report["made"] is not bool(report["errors"]), name
        assert report["cpu"] < SECONDS, (name, report)
        assert report["peak"] < MEGABYTES, (name, report)


@pytest.mark.slow
def test_documents_that_are_only_large_compile(tmp_path: Path) -> None:
    for name, report in reports(tmp_path, BULK).items():
        assert report["made"], (name, report)
        assert report["cpu"] < BULK_SECONDS, (name, report)
