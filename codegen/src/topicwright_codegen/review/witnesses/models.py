"""The generated models of one version, built in memory."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.render.annotations import annotate, with_needed_types
from topicwright_codegen.render.renderer import render_models
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.review.witnesses.in_memory_import import TextFinder
from topicwright_codegen.schemas.types import Type


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a model makes of a message: why it refuses it, or the JSON that it reads."""

    error: str = ""
    value: object = None


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One generated model, as a service reads messages with it: by its type, then by its schema."""

    adapter: TypeAdapter[object]
    problems: Callable[[object], list[str]]

    @classmethod
    def of(cls, model: Any) -> Model:
        """Return a generated model."""
        from topicwright.catalog.json_schema import schema_of

        schema = schema_of(model)
        return cls(TypeAdapter(model), schema.problems if schema is not None else lambda _: [])

    def read(self, message: object, *, strict: bool) -> Reading:
        """Read a message as JSON; ``strict`` is a reader that forbids unknown fields."""
        text = json.dumps(message)
        try:
            value = self.adapter.validate_json(text) if strict else self.adapter.validate_json(text, extra="ignore")
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return Reading(f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}")
        except OverflowError as error:
            return Reading(f"message: {error}")
        problems = self.problems(message)
        return Reading(problems[0]) if problems else Reading(value=_meant(value))


def _meant(value: object) -> object:
    """Return the JSON that a value means: with defaults, without the optional fields that were left out."""
    if isinstance(value, RootModel):
        return _meant(cast("RootModel[object]", value).root)
    if isinstance(value, BaseModel):
        names = {
            name: info.serialization_alias or info.alias or name for name, info in type(value).model_fields.items()
        }
        kept = {name: item for name, item in value if name in value.model_fields_set or item is not None}
        return {names.get(name, name): _meant(item) for name, item in kept.items()}
    if isinstance(value, dict):
        return {str(key): _meant(item) for key, item in cast("dict[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_meant(item) for item in cast("Sequence[object]", value)]
    return to_jsonable_python(value, fallback=str)


@dataclass(slots=True)
class Models:
    """The generated models of one side that messages are given to, built when the first one is needed."""

    side: Side
    wanted: dict[int, Type] = field(default_factory=dict[int, Type])
    """The types that are asked for, by their numbers; others have no model here."""
    problem: str = ""
    """The reason why there are none; empty otherwise."""
    _finder: TextFinder | None = None
    _adapters: dict[int, Model] = field(default_factory=dict[int, "Model"])

    def model(self, type_: Type) -> Model | None:
        """Return the model of a type; None where ``problem`` gives a reason, or the type has no name."""
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
        self._adapters[type_.number] = Model.of(model)
        return self._adapters[type_.number]

    def _build(self) -> None:
        if importlib.util.find_spec("topicwright") is None:
            self.problem = "not checked: the generated models need the package topicwright"
            return
        catalog, diagnostics = self.side.catalog, Diagnostics()
        needed = with_needed_types(self.wanted.values(), catalog.types)
        annotations = annotate(catalog.types, diagnostics, needed)
        if diagnostics.failed:
            self.problem = f"not checked: {diagnostics.sorted()[0].message}"
            return
        self._finder = TextFinder(catalog.package, render_models(_only(catalog, needed), annotations))
        sys.meta_path.append(self._finder)

    def close(self) -> None:
        """Forget the modules."""
        if self._finder is not None:
            sys.meta_path.remove(self._finder)
            for name in [*self._finder.texts, *self._finder.packages]:
                sys.modules.pop(name, None)


def _only(catalog: Catalog, needed: Iterable[Type]) -> Catalog:
    """Return a catalog with these types alone: a small change does not wait for the models of a large catalog."""
    numbers = {type_.number for type_ in needed}
    domains = [
        replace(domain, types=tuple(type_ for type_ in domain.types if type_.number in numbers))
        for domain in catalog.domains
    ]
    return replace(catalog, domains=tuple(domain for domain in domains if domain.types))
