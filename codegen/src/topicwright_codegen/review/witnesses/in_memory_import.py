"""Imports generated modules from their texts."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
from collections.abc import Mapping, Sequence
from types import CodeType, ModuleType

from topicwright_codegen.overriding import override


class TextFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the modules of generated packages from their texts."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self.texts = {_module(package, path): text for path, text in files.items()}
        self.packages = {name.rpartition(".")[0] for name in self.texts} | {package}

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.texts and fullname not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname in self.packages)

    @override
    def get_source(self, fullname: str) -> str:
        return self.texts.get(fullname, "")

    @override
    def get_code(self, fullname: str) -> CodeType:
        return compile(self.get_source(fullname), f"<{fullname}>", "exec", dont_inherit=True)


def _module(package: str, path: str) -> str:
    return f"{package}.{path.removesuffix('.py').replace('/', '.')}"
