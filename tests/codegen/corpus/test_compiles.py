"""Real documents: every valid one compiles and imports, and no invalid one ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from topicwright_codegen.acl.formats import FORMATS
from topicwright_codegen.acl.roles import roles_of
from topicwright_codegen.catalog.reading import read_documents
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config

from tests.codegen.support.corpus import CORPUS, REASON, Result, Row, compile_row, rows
from tests.paths import ROOT, RUNTIME

TYPES = "CORPUS_TYPES"
pytestmark = [pytest.mark.skipif(not CORPUS.is_dir(), reason=REASON), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Result]]:
    """Compile every document once, into ``out`` of a new working directory."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("corpus"))
    yield {row.id: compile_row(row, write=True) for row in rows()}
    os.chdir(before)


@pytest.mark.parametrize("row", [row for row in rows() if row.valid], ids=lambda row: f"{row.version}-{row.id}")
def test_valid_document_compiles(row: Row, results: dict[str, Result]) -> None:
    assert not results[row.id].refused, results[row.id].findings


@pytest.mark.parametrize("row", [row for row in rows() if not row.valid], ids=lambda row: f"{row.version}-{row.id}")
def test_invalid_document_gets_diagnostics_at_its_lines(row: Row, results: dict[str, Result]) -> None:
    lines = results[row.id].findings.splitlines()
    assert any(line.startswith(f"{row.source}:") and ":1:1:" not in line for line in lines)


def test_packages_import_without_a_warning(results: dict[str, Result]) -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        "for name in sys.argv[1:]:\n    package = importlib.import_module(name)\n"
        "    for module in pkgutil.walk_packages(package.__path__, name + '.'):\n"
        "        importlib.import_module(module.name)\n"
    )
    names = [row.package for row in rows() if not results[row.id].refused]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(("out", str(RUNTIME)))}
    command = [sys.executable, "-W", "error", "-c", program, *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow  # the golden catalogs are tried so in every run
def test_second_run_with_another_hash_seed_gives_the_same_bytes(results: dict[str, Result]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    command = [sys.executable, "-m", "tests.codegen.support.corpus"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert dict(line.split() for line in done.stdout.splitlines()) == {
        id_: result.digest or "refused" for id_, result in results.items()
    }


@pytest.mark.skipif(TYPES not in os.environ, reason=f"takes a minute; set {TYPES}=1 to run it")
def test_packages_are_clean_under_mypy_strict(results: dict[str, Result]) -> None:
    packages = [argument for row in rows() if not results[row.id].refused for argument in ("-p", row.package)]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", os.devnull, *packages]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(("out", str(RUNTIME)))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == []
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(TYPES not in os.environ, reason=f"takes a minute; set {TYPES}=1 to run it")
def test_packages_are_clean_under_pyright_strict(results: dict[str, Result]) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": ["out"],
        "extraPaths": [str(RUNTIME), "out"],
    }
    Path("pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "-p", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert [f"{found['file']}: {found['message']}" for found in report["generalDiagnostics"]] == []
    assert report["summary"]["filesAnalyzed"] > 3 * sum(not result.refused for result in results.values())


def test_every_document_with_operations_gets_access_rules() -> None:
    counted = 0
    for row in (row for row in rows() if row.valid):
        access = Access((CORPUS / "docs" / row.id).resolve())
        _, apis = read_documents(Config((row.source,), row.package, Path(), access=access), Diagnostics())
        roles = roles_of(apis, Diagnostics())
        assert bool(roles) == any(api.operations for api in apis), row.id
        for role in (role for role in roles if role.publish.filters or role.subscribe.filters):
            written = [write([role], "") for write in FORMATS.values()]
            assert all(role.name in text for text in written) or not role.name.isascii(), row.id
        counted += bool(roles)
    assert counted > len(rows()) / 2
