"""The generated package of a side, imported: for questions that only the whole SDK and its runtime can answer."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.render.annotations import annotate
from topicwright_codegen.render.renderer import render


def package_texts(catalog: Catalog) -> Mapping[str, str]:
    """Return the files of the package, or raise CompileError."""
    diagnostics = Diagnostics()
    annotations = annotate(catalog.types, diagnostics)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return render(catalog, annotations)


def write_package(catalog: Catalog, folder: Path) -> None:
    """Write the package below a folder."""
    for name, text in package_texts(catalog).items():
        path = folder.joinpath(*catalog.package.split("."), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def imported_package(catalog: Catalog) -> Generator[ModuleType]:
    """Import the package for the time of a ``with`` block; no other module may have its name."""
    if importlib.util.find_spec("topicwright") is None:
        raise UsageError("this needs the package topicwright beside the compiler")
    with tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        write_package(catalog, Path(folder))
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            yield importlib.import_module(catalog.package)
        finally:
            sys.path.remove(folder)
            for name in [name for name in sys.modules if name.split(".")[0] == catalog.package]:
                del sys.modules[name]
