"""The schema of a payload on its own, as a validator takes it, and which messages a service writes by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from jsonschema_rs import Draft202012Validator, FancyRegexOptions, ValidationError

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.json_schema.definitions import Judges
from topicwright_codegen.schemas.json_schema.keywords import FORMATS

SchemaMap = dict[str, Any]
Tags: TypeAlias = Mapping[Identity, Mapping[str, list[object]]]
BACKTRACKS: Final = 100_000
_MAX_DEPTH: Final = 40
_MOST_CHOICES: Final = 100
_UNORDERED: Final = frozenset(("required", "type", "anyOf", "oneOf", "allOf"))
_OTHERS: Final = ("additionalProperties", "unevaluatedProperties", "patternProperties")


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """The schema of a payload with all that it refers to: draft 2020-12, with the formats that models check."""

    schema: SchemaMap
    text: str
    """The schema as JSON: two schemas are the same where it is."""
    validator: Draft202012Validator

    @classmethod
    def of(cls, node: Node, source: Source, tags: Tags | None = None) -> Bundle:
        """Return the schema of a payload.

        Args:
            node: the schema.
            source: the documents that it refers to.
            tags: the values of discriminating fields, by the schemas that they mean.

        Raises:
            ValueError: it cannot be compiled.
        """
        judges = Judges(source, tags=tags or {}, formats=frozenset(FORMATS))
        name = judges.of(node, "Payload")
        definitions = judges.needed(iter([name]))
        return cls.made_of({"$ref": f"#/$defs/{name}", "$defs": definitions})

    @classmethod
    def made_of(cls, schema: SchemaMap) -> Bundle:
        """Return a schema with its definitions; raise ValueError where it cannot be compiled."""
        validator = Draft202012Validator(
            schema,
            validate_formats=True,
            pattern_options=FancyRegexOptions(backtrack_limit=BACKTRACKS),
            offline=True,
        )
        return cls(schema, json.dumps(plain_schema(schema), sort_keys=True), validator)

    def part(self, schema: SchemaMap) -> Bundle:
        """Return another schema that may refer to the definitions of this one."""
        return self.made_of({**schema, "$defs": self.schema["$defs"]})

    def accepts(self, message: object) -> bool:
        """Return whether a message is valid; one that cannot be judged is not."""
        try:
            return self.validator.is_valid(message)
        except ValueError:  # it is nested too deeply
            return False

    def errors(self, message: object) -> list[ValidationError]:
        """Return what a message violates."""
        try:
            return list(self.validator.iter_errors(message))
        except ValueError:
            return []

    def is_written(self, message: object) -> bool:
        """Return whether a service writes a message.

        Where its schema names fields and does not mention others, it writes no others; of a union it writes one branch.
        """
        return self._is_written([self.schema], message, 0)

    def _is_written(self, schemas: list[Any], value: object, depth: int) -> bool:
        if depth > _MAX_DEPTH or not isinstance(value, (dict, list)):
            return True
        return any(
            self._is_inside_written(flat, cast("object", value), depth) for flat in self._together(schemas, depth)
        )

    def _is_inside_written(self, flat: list[SchemaMap], value: object, depth: int) -> bool:
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            return all(self._is_member_written(flat, name, item, depth) for name, item in members.items())
        items = enumerate(cast("list[object]", value))
        return all(self._is_written(list(_elements(flat, at)), item, depth + 1) for at, item in items)

    def _is_member_written(self, flat: list[SchemaMap], name: str, value: object, depth: int) -> bool:
        named = [part["properties"][name] for part in flat if name in part.get("properties", {})]
        if not named and any("properties" in part for part in flat):
            if any(name in part.get("required", ()) for part in flat):
                return True
            return any(part.get(key, False) is not False for part in flat for key in _OTHERS)
        return not named or self._is_written(named, value, depth + 1)

    def _together(self, schemas: list[Any], depth: int) -> list[list[SchemaMap]]:
        """Return each choice of one branch of every union of schemas, as a list of schemas without unions."""
        choices: list[list[SchemaMap]] = [[]]
        for schema in schemas:
            own = self._choices(schema, depth)
            choices = [[*one, *other] for one in choices for other in own][:_MOST_CHOICES]
        return choices

    def _choices(self, schema: object, depth: int) -> list[list[SchemaMap]]:
        if not isinstance(schema, dict) or depth > _MAX_DEPTH:
            return [[]]
        known = cast("SchemaMap", schema)
        inside: list[Any] = [self.target(known[key]) for key in ("$ref", "$dynamicRef") if key in known]
        inside += [*known.get("allOf", []), *known.get("dependentSchemas", {}).values()]
        inside += [known[key] for key in ("if", "then", "else") if key in known]
        choices = [[known, *one] for one in self._together(inside, depth + 1)]
        for key in ("anyOf", "oneOf"):
            if known.get(key):
                branches = [one for branch in known[key] for one in self._choices(branch, depth + 1)]
                choices = [[*one, *other] for one in choices for other in branches][:_MOST_CHOICES]
        return choices

    def target(self, reference: str) -> object:
        """Return the schema that a reference leads to; a dynamic one leads to any value."""
        found = re.search(r"#/\$defs/([^/#]+)$", reference)
        name = found[1].replace("~1", "/").replace("~0", "~") if found else ""
        definitions = cast("Mapping[str, object]", self.schema["$defs"])
        return definitions.get(name, definitions.get(name.replace("%25", "%"), True))


def plain_schema(schema: object) -> object:
    """Return a schema in one spelling: whole numbers as such, and lists without an order in one order."""
    if isinstance(schema, dict):
        members = cast("dict[str, object]", schema).items()
        return {key: _value_of(key, value) for key, value in members}
    if isinstance(schema, list):
        return [plain_schema(item) for item in cast("list[object]", schema)]
    return _number(schema)


def _number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _value_of(key: str, value: object) -> object:
    if key == "const":  # values, and no schemas
        return _number(value)
    if key == "enum" and isinstance(value, list):
        return sorted(map(_number, cast("list[object]", value)), key=json.dumps)
    items = plain_schema(value)
    if key not in _UNORDERED:
        return items
    return sorted(cast("list[object]", items), key=json.dumps) if isinstance(items, list) else items


def _elements(flat: list[SchemaMap], at: int) -> Iterator[object]:
    for part in flat:
        first = part.get("prefixItems", [])
        if at < len(first):
            yield first[at]
        elif "items" in part:
            yield part["items"]
