"""docs/catalog.md begins with a whole catalog, and lists every extension."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

from topicwright_codegen.asyncapi.validation.extensions import EXTENSIONS
from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.lint import lint
from topicwright_codegen.project.config import Config

from tests.paths import GOLDEN, ROOT

PAGE = (ROOT / "docs" / "catalog.md").read_text("utf-8")
MOST_LINES = 60
"""Of the TARS catalog, for each topic."""


def block(language: str, start: str = "") -> str:
    found = re.search(rf"```{language}\n({start}.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_first_block_is_a_whole_catalog_without_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "asyncapi.yaml"
    file.write_text(block("yaml"), encoding="utf-8")
    config = Config((file,), "greenhouse", tmp_path / "src")
    reading = read_catalog(config, Diagnostics())
    lint(reading)
    assert reading.source.diagnostics.sorted() == []
    catalog = reading.catalog
    assert (len(catalog.topics), len(catalog.services), len(catalog.calls)) == (3, 2, 1)
    files = dict(compile_catalog(config).package.files)
    methods = set(re.findall(r"\.(\w+_\w+)\(", block("python"))) - {"from_env"}
    assert len(methods) == 4
    for method in methods:
        assert any(f"{method} = " in text for name, text in files.items() if name.startswith("services/")), method
    for module, names in re.findall(r"from greenhouse\.(\w+) import (.*)", block("python")):
        defined = {
            node.name
            for name, text in files.items()
            if name.startswith(f"{module}/")
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ClassDef)
        }
        assert set(names.split(", ")) <= defined


def test_the_service_of_the_page_compiles_with_the_channels_of_tars(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schema" / "channels", tmp_path / "schema" / "channels")
    text = block("yaml", "# services/")
    file = tmp_path / "schema" / text.splitlines()[0].removeprefix("# ")
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    compiled = compile_catalog(Config((tmp_path / "schema",), "sdk", tmp_path / "src"))
    service = dict(compiled.package.files)["services/memory_worker.py"]
    assert "MQTT_CLIENT_ID=tars-memory" in service
    for method in ("serve_memory_query", "on_stt_final", "on_tts_say"):
        assert f"{method} = " in service


def test_the_golden_catalog_is_the_one_of_the_page() -> None:
    """Its package is compared byte for byte by tests/codegen/render/test_golden.py."""
    assert block("yaml") == (GOLDEN / "short" / "catalog" / "asyncapi.yaml").read_text("utf-8")


def test_the_table_of_extensions_is_complete() -> None:
    table = PAGE[PAGE.index("## Extensions") : PAGE.index("## What devices really send")]
    listed = {
        name
        for line in re.findall(r"^\| (`x-.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(x-[\w-]+)", line)
    }
    assert listed == set(EXTENSIONS)


def test_the_page_shows_the_lines_a_topic_that_are_counted_and_they_are_few() -> None:
    script = ROOT / "examples" / "tars" / "count_catalog_lines.py"
    counted = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout.strip()
    assert counted in PAGE
    assert float(counted.split()[-3]) <= MOST_LINES
