"""The golden catalogs: their names, and how each is compiled."""

from __future__ import annotations

from pathlib import Path

from topicwright_codegen.project.access import Access, default_root
from topicwright_codegen.project.config import Config

from tests.paths import GOLDEN

NAMES = sorted(path.name for path in GOLDEN.iterdir() if (path / "catalog").is_dir())


def config(name: str, output: Path | None = None) -> Config:
    source, local = GOLDEN / name / "catalog", GOLDEN / name / "local"
    maps = {"https://example.com/schemas/": local} if local.is_dir() else {}
    access = Access(default_root([source]), maps, (source,))
    return Config((source,), name, output or GOLDEN / name / "expected", access=access)
