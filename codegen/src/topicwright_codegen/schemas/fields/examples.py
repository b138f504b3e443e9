"""Whether examples are values of their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jsonschema_rs import Draft202012Validator

from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Seq, plain
from topicwright_codegen.schemas.json_schema.definitions import ASSERTIONS, Judges
from topicwright_codegen.schemas.json_schema.keywords import FORMATS, keywords_of

_LONGEST = 120


@dataclass(slots=True)
class Examples:
    """Judges examples by their schemas, formats that have a type of Python included."""

    source: Source
    _judges: Judges = field(init=False)
    _validators: dict[str, Draft202012Validator | None] = field(
        default_factory=dict[str, "Draft202012Validator | None"]
    )

    def __post_init__(self) -> None:
        """Start without any schema."""
        self._judges = Judges(self.source, formats=frozenset(FORMATS))

    def of_schema(self, schema: Node) -> Iterator[tuple[Node, str]]:
        """Yield the examples in a schema that it refuses itself, each with the reason."""
        listed, single = schema.get("examples"), schema.get("example")
        for example in listed.elements() if listed is not None and isinstance(listed.value, Seq) else ():
            yield from self.of_value(example, schema)
        if single is not None:
            yield from self.of_value(single, schema)

    def of_listed(self, schema: Node) -> Iterator[tuple[Node, str]]:
        """Yield the values of ``enum`` and ``const`` that the keywords beside it refuse, except for their types."""
        if ASSERTIONS & keywords_of(schema).keys() <= {"enum", "const", "type"}:
            return
        listed, only = schema.get("enum"), schema.get("const")
        for value in (*(listed.elements() if listed is not None else ()), *((only,) if only is not None else ())):
            yield from self.of_value(value, schema, beside="type")

    def of_value(self, example: Node, schema: Node, beside: str = "") -> Iterator[tuple[Node, str]]:
        """Yield an example with the reason, if a schema refuses it by another keyword than ``beside``."""
        target = self.source.resolve(schema)
        validator = None if target is None else self._validator(target)
        error = next(validator.iter_errors(plain(example.value)), None) if validator is not None else None
        if error is not None and error.schema_path[-1:] != [beside]:
            where = ".".join(map(str, error.instance_path))
            text = f"{where}: {error.message}" if where else error.message
            yield example, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

    def _validator(self, target: Node) -> Draft202012Validator | None:
        name = self._judges.of(target, "Example")
        if name not in self._validators:
            schema = {"$ref": f"#/$defs/{name}", "$defs": self._judges.needed(iter([name]))}
            try:
                self._validators[name] = Draft202012Validator(schema, validate_formats=True)
            except ValueError:  # no valid schema, which is reported elsewhere
                self._validators[name] = None
        return self._validators[name]
