"""Small catalogs in temporary folders, compiled in process."""

from __future__ import annotations

import importlib
import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.output.compiled import Compiled
from topicwright_codegen.project.config import Config

_NUMBERS = itertools.count()
HEAD = "asyncapi: 3.0.0\ninfo: {title: Test, version: 1.0.0}\n"


class Workbench:
    """A folder with a catalog in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalog = folder / "catalog"
        self.catalog.mkdir()
        self.settings: dict[str, Any] = {}

    def write(self, text: str, name: str = "test.yaml", head: str = HEAD) -> Path:
        path = self.catalog / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + text, encoding="utf-8")
        return path

    @property
    def config(self) -> Config:
        return Config((self.catalog,), "sdk", self.folder / "out", **self.settings)

    def compile(self) -> Compiled:
        return compile_catalog(self.config)

    def load(self, package: str = "sdk", inside: str = "a") -> ModuleType:
        """Compile, write and import the package ``a`` of the SDK under a name of its own."""
        name = f"{package}_{next(_NUMBERS)}"
        done = compile_catalog(Config((self.catalog,), name, self.folder / "out", **self.settings))
        done.package.write()
        sys.path.insert(0, str(self.folder / "out"))
        try:
            return importlib.import_module(f"{name}.{inside}")
        finally:
            sys.path.remove(str(self.folder / "out"))

    def errors(self) -> list[str]:
        """Compile and return the findings, paths shortened; the compilation must fail."""
        with pytest.raises(CompileError) as caught:
            self.compile()
        return [str(found).replace(f"{self.catalog}/", "") for found in caught.value.diagnostics.sorted()]

    def warnings(self) -> list[str]:
        found = self.compile().diagnostics.sorted()
        return [str(diagnostic).replace(f"{self.catalog}/", "") for diagnostic in found]
