"""The generated models of one version, built in memory."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.render.annotations import annotate
from topicwright_codegen.render.renderer import render_models
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.review.witnesses.in_memory_import import TextFinder
from topicwright_codegen.schemas.types import Type


@dataclass(slots=True)
class Models:
    """The generated models of one side, built when the first one is needed."""

    side: Side
    problem: str = ""
    """The reason why there are none; empty otherwise."""
    _finder: TextFinder | None = None
    _adapters: dict[int, TypeAdapter[object]] = field(default_factory=dict[int, TypeAdapter[object]])

    def adapter(self, type_: Type) -> TypeAdapter[object] | None:
        """Return the adapter that reads a type; None where ``problem`` gives a reason, or the type has no name."""
        if self._finder is None and not self.problem:
            self._build()
        if self.problem or type_.symbol is None:
            return None
        if type_.number in self._adapters:
            return self._adapters[type_.number]
        try:
            module = importlib.import_module(type_.symbol.module)
        except Exception as error:  # any that generated code raises: the witness reports it
            self.problem = f"the generated models cannot be imported: {type(error).__name__}: {error}"
            return None
        model: Any = getattr(module, type_.symbol.name)  # no type checker knows a class made in memory
        self._adapters[type_.number] = TypeAdapter(model)
        return self._adapters[type_.number]

    def _build(self) -> None:
        if importlib.util.find_spec("topicwright") is None:
            self.problem = "not checked: the generated models need the package topicwright"
            return
        catalog, diagnostics = self.side.catalog, Diagnostics()
        annotations = annotate(catalog.types, diagnostics)
        if diagnostics.failed:
            self.problem = f"not checked: {diagnostics.sorted()[0].message}"
            return
        self._finder = TextFinder(catalog.package, render_models(catalog, annotations))
        sys.meta_path.append(self._finder)

    def close(self) -> None:
        """Forget the modules."""
        if self._finder is not None:
            sys.meta_path.remove(self._finder)
            for name in [*self._finder.texts, *self._finder.packages]:
                sys.modules.pop(name, None)
