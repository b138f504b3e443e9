"""Small catalogs in temporary folders, compiled in process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from topicwright_codegen.compiler import Compiled, compile_catalog
from topicwright_codegen.config import Config
from topicwright_codegen.diagnostics import CompileError

HEAD = "asyncapi: 3.0.0\ninfo: {title: Test, version: 1.0.0}\n"


class Workbench:
    """A folder with a catalog in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalog = folder / "catalog"
        self.catalog.mkdir()

    def write(self, text: str, name: str = "test.yaml", head: str = HEAD) -> Path:
        path = self.catalog / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + text, encoding="utf-8")
        return path

    @property
    def config(self) -> Config:
        return Config((self.catalog,), "sdk", self.folder / "out")

    def compile(self) -> Compiled:
        return compile_catalog(self.config)

    def errors(self) -> list[str]:
        """Compile and return the findings, paths shortened; the compilation must fail."""
        with pytest.raises(CompileError) as caught:
            self.compile()
        return [str(found).replace(f"{self.catalog}/", "") for found in caught.value.diagnostics.sorted()]

    def warnings(self) -> list[str]:
        found = self.compile().diagnostics.sorted()
        return [str(diagnostic).replace(f"{self.catalog}/", "") for diagnostic in found]


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def message() -> Callable[..., str]:
    """Return the text of one channel with one message."""

    def text(payload: str, *, name: str = "a.b", address: str = "a/b", channel: str = "ab") -> str:
        return (
            f"channels:\n  {channel}:\n    address: {address}\n    messages:\n      M:\n"
            f"        name: {name}\n        payload: {payload}\n"
        )

    return text
