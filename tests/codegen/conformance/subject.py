"""The subject of the measurement: the compiler and the codec. Many units are the channels of one document."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from topicwright.catalog.topic import Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.event_reader import EventReader
from topicwright.codec.message_writer import Writer
from topicwright.errors import DecodeError, EncodeError
from topicwright.mqtt.message import EMPTY, Incoming
from topicwright.telemetry.stats import Stats
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config

from tests.codegen.conformance.forms import Unit
from tests.codegen.conformance.outcomes import Outcome, Reading, outcome_of
from tests.codegen.conformance.suite import REMOTE_URL, REMOTES

HEAD_LINES = ('{"asyncapi": "3.0.0", "info": {"title": "Conformance", "version": "1.0.0"}, "channels": {',)
FORMATS = {
    "draft7": "application/schema+json;version=draft-07",
    "draft2020-12": "application/schema+json;version=draft-2020-12",
}
Message = Topic[Any, Any, Any]
_NUMBERS = itertools.count()


def measure(units: Sequence[Unit], *, keep_unknown: bool, folder: Path) -> Iterator[Outcome]:
    """Yield the outcome of every value of every unit."""
    compiler = Compiler(folder, keep_unknown)
    compiler.build(units)
    for unit in units:
        topic = compiler.topics.get(unit.name)
        problem = compiler.problems.get(unit.name, "")
        subject = None
        if topic is not None:
            try:
                subject = Subject(topic)
            except Exception as error:  # any that building a validator raises
                problem = f"no validator: {type(error).__name__}: {error}"
        yield from _outcomes(unit, keep_unknown, subject, problem)


def _outcomes(unit: Unit, keep_unknown: bool, subject: Subject | None, problem: str) -> Iterator[Outcome]:
    for number, case in enumerate(unit.cases):
        text = problem
        try:
            reading = None if subject is None else subject.read(case.value)
        except Exception as error:  # any that generated code raises instead of refusing the value
            reading, text = None, f"fails on a value: {type(error).__name__}: {error}"
        kind, reason = outcome_of(case, reading, unit.around(unit.schema), keep_unknown=keep_unknown)
        first = (text or reason).partition("\n")[0]
        yield Outcome(unit.group.number, unit.group.file, number, unit.form, keep_unknown, kind, first)


class Subject:
    """Reads values as messages of one topic, and writes them back."""

    def __init__(self, topic: Message) -> None:
        self._topic = topic
        self._reader = EventReader(topic, Decoder(topic), {})
        self._writer = Writer(topic, "conformance", Stats())

    def read(self, value: Any) -> Reading:
        payload = json.dumps(value).encode()
        try:
            event = self._reader.read(Incoming(str(self._topic.address), payload))
        except DecodeError as error:
            return Reading(accepted=False, problem="; ".join(error.problems))
        try:
            written = self._writer.message(event.topic, event.data, "1", EMPTY).payload
        except EncodeError as error:
            return Reading(accepted=True, problem=f"is not written back: {error}")
        try:
            return Reading(accepted=True, written=[json.loads(written)])
        except ValueError:
            return Reading(accepted=True, problem="is written back as something that is not JSON")


class Compiler:
    """Compiles many units at once, without those that cannot be compiled."""

    def __init__(self, folder: Path, keep_unknown: bool) -> None:
        self.topics: dict[str, Message] = {}
        self.problems: dict[str, str] = {}
        """Why a unit has no topic, by its name."""
        self._folder = folder
        self._keep_unknown = keep_unknown
        self._runs = 0

    def build(self, units: Sequence[Unit]) -> None:
        """Compile units together; where that fails, without those that have a diagnostic, else in two halves."""
        if not units:
            return
        try:
            self._compile(units)
        except Exception as error:  # a diagnostic, or a defect of the compiler
            problems = _problems(error, units)
            if len(units) == 1:
                problems = {units[0].name: f"{type(error).__name__}: {error}"} | problems
            self.problems |= problems
            rest = [unit for unit in units if unit.name not in problems]
            for part in (rest,) if problems else (rest[: len(rest) // 2], rest[len(rest) // 2 :]):
                self.build(part)

    def _compile(self, units: Sequence[Unit]) -> None:
        self._runs += 1
        source = self._folder / f"run{self._runs}"
        package = f"conformance_{'keep' if self._keep_unknown else 'refuse'}_{next(_NUMBERS)}"
        write_document(units, source)
        access = Access(source, {REMOTE_URL: REMOTES}, (source / "asyncapi.json",))
        config = Config(
            (source / "asyncapi.json",), package, self._folder, access=access, keep_unknown=self._keep_unknown
        )
        compiled = compile_catalog(config)
        compiled.package.write()
        importlib.invalidate_caches()
        sys.path.insert(0, str(self._folder))
        try:
            for topic in (topic for domain in compiled.catalog.domains for topic in domain.topics):
                self._load(topic.event_type.partition(".")[0], f"{package}.{topic.domain}.topics", topic.constant)
        finally:
            sys.path.remove(str(self._folder))

    def _load(self, name: str, module: str, constant: str) -> None:
        try:
            self.topics[name] = getattr(importlib.import_module(module), constant)
        except Exception as error:  # any that generated code raises when it is imported
            self.problems[name] = f"cannot be imported: {type(error).__name__}: {error}"


def write_document(units: Sequence[Unit], folder: Path) -> None:
    """Write a document with a channel a line. An object schema has its own file: the root of its references."""
    folder.mkdir(parents=True)
    lines = list(HEAD_LINES)
    for unit in units:
        schema = unit.schema
        if isinstance(schema, dict):
            (folder / f"{unit.name}.json").write_text(json.dumps(schema), "utf-8")
            schema = {"$ref": f"./{unit.name}.json"}
        message = {
            "name": f"{unit.name}.value",
            "payload": {"schemaFormat": FORMATS[unit.group.draft], "schema": unit.around(schema)},
        }
        channel = {"address": f"conformance/{unit.name}", "messages": {"Value": message}}
        lines.append(f'"{unit.name}": {json.dumps(channel)},')
    lines[-1] = lines[-1].removesuffix(",") + "}}"
    (folder / "asyncapi.json").write_text("\n".join(lines), "utf-8")


def _problems(error: Exception, units: Sequence[Unit]) -> dict[str, str]:
    """Return the units at whose lines, or in whose files, a diagnostic is."""
    if not isinstance(error, CompileError):
        return {}
    found: dict[str, str] = {}
    names = {unit.name for unit in units}
    for diagnostic in error.diagnostics.sorted():
        name, line = Path(diagnostic.place.path).stem, diagnostic.place.line - len(HEAD_LINES)
        if name == "asyncapi" and 0 < line <= len(units):
            name = units[line - 1].name
        if diagnostic.severity == "error" and name in names:
            found.setdefault(name, f"{diagnostic.code} {diagnostic.message}")
    return found
