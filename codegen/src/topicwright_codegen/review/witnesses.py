"""Witnesses, checked: a message of one version read by the generated model of the other, built in memory."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import CodeType, ModuleType
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from typing_extensions import override

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.render.annotations import annotate
from topicwright_codegen.render.renderer import render
from topicwright_codegen.review.findings import Finding, Probe, Version, Witness
from topicwright_codegen.review.sides import Side
from topicwright_codegen.schemas.types import Type

_COUNT = itertools.count(1)


def unique_package() -> str:
    """Return a package name that no import of this process has used."""
    return f"topicwright_review_{next(_COUNT)}"


class _Texts(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the modules of generated packages from their texts."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self.texts = {_module(package, path): text for path, text in files.items() if path.endswith("models.py")}
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


@dataclass(slots=True)
class Models:
    """The generated models of one side, built when the first one is asked for."""

    side: Side
    problem: str = ""
    """Why there are none."""
    _finder: _Texts | None = None
    _adapters: dict[int, TypeAdapter[object]] = field(default_factory=dict[int, TypeAdapter[object]])

    def adapter(self, type_: Type) -> TypeAdapter[object] | None:
        """Return what reads a type; None after saying why there is none."""
        if self._finder is None and not self.problem:
            self._build()
        if self.problem or type_.symbol is None:
            return None
        if type_.number in self._adapters:
            return self._adapters[type_.number]
        try:
            module = importlib.import_module(type_.symbol.module)
        except Exception as error:  # whatever generated code does when it is imported: the witness says it
            self.problem = f"the generated models cannot be imported: {type(error).__name__}: {error}"
            return None
        found: Any = getattr(module, type_.symbol.name)  # a class that nobody knows before it is imported
        self._adapters[type_.number] = TypeAdapter(found)
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
        self._finder = _Texts(catalog.package, render(catalog, annotations))
        sys.meta_path.append(self._finder)

    def close(self) -> None:
        """Forget the modules."""
        if self._finder is not None:
            sys.meta_path.remove(self._finder)
            for name in [*self._finder.texts, *self._finder.packages]:
                sys.modules.pop(name, None)


@dataclass(slots=True)
class WitnessCheck:
    """Reads every witness with the models of the side that did not write it."""

    before: Side
    after: Side
    models: dict[Version, Models] = field(default_factory=dict[Version, Models])

    def __post_init__(self) -> None:
        self.models = {"old": Models(self.before), "new": Models(self.after)}

    def check_all(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings with their witnesses checked."""
        try:
            return [
                replace(found, witness=self._check(found.probe, found)) if found.probe else found for found in findings
            ]
        finally:
            for models in self.models.values():
                models.close()

    def _check(self, probe: Probe, found: Finding) -> Witness:
        reader: Version = "old" if probe.writer == "new" else "new"
        written, read = _type_of(probe, probe.writer), _type_of(probe, reader)
        if written is None or read is None:
            return Witness("one side has bytes for a payload, which no model reads")
        writing, reading = self.models[probe.writer].adapter(written), self.models[reader].adapter(read)
        if writing is None or reading is None:
            return Witness(self.models[probe.writer].problem or self.models[reader].problem or "the type has no class")
        own = _read(writing, probe.message, strict=True)
        if own.error and _read(writing, probe.message, strict=False).error:
            return Witness(f"the example that was made is no message of the {probe.writer} version: {own.error}")
        strict, tolerant = _read(reading, probe.message, strict=True), _read(reading, probe.message, strict=False)
        if strict.error:
            told = f"refused: {tolerant.error}" if tolerant.error else "accepted"
            return Witness("", probe.writer, probe.message, f"refused: {strict.error}", told)
        if strict.value != own.value:
            told = f"changed: reads {strict.value} where the writer means {own.value}"
            return Witness("", probe.writer, probe.message, told, told)
        return Witness(_accepted(found))


def _accepted(found: Finding) -> str:
    if found.old == found.new == "ok":
        return "the other version accepts the message: only Python is affected"
    return (
        "the schema refuses the example and the generated model accepts it: "
        "it reads null where an optional field is left out, has a default, or does not check this keyword"
    )


def _type_of(probe: Probe, version: Version) -> Type | None:
    topic = probe.pair.old if version == "old" else probe.pair.new
    return topic.headers if probe.headers else topic.payload


@dataclass(frozen=True, slots=True)
class _Reading:
    error: str = ""
    value: str = ""


def _read(adapter: TypeAdapter[object], message: object, *, strict: bool) -> _Reading:
    """Read a message as JSON; ``strict`` is a reader that forbids unknown fields."""
    text = json.dumps(message)
    try:
        value = adapter.validate_json(text) if strict else adapter.validate_json(text, extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return _Reading(error=f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}")
    return _Reading(value=_meant(value))


def _meant(value: object) -> str:
    """Return what a reader sees, defaults included and what is left out of the JSON left out."""
    if not isinstance(value, BaseModel):
        return repr(value)
    seen = {name: item for name, item in value if name in value.model_fields_set or item is not None}
    return json.dumps(seen, default=str, sort_keys=True)
