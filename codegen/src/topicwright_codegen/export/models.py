"""Payload types as JSON Schema, by pydantic: short, and as the runtime reads and writes them."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast, get_origin

from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, PydanticJsonSchemaWarning
from topicwright import Model, new_id, now

from topicwright_codegen.export.docstrings import is_made, texts_below_names
from topicwright_codegen.overriding import override
from topicwright_codegen.project.config import UsageError

REFERENCE: Final = "#/components/schemas/{model}"
_TABLES: Final = ("properties", "patternProperties", "$defs")
_LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMAS: Final = ("items", "additionalProperties", "contains", "propertyNames", "not", "additionalItems")
_FIRST: Final = ("$ref", "type", "title", "description", "required", "properties", "enum", "const", "default")
_NOTES: Final = ("title", "description", "default", "format", "deprecated", "examples")
_OPAQUE: Final = frozenset(("cls", "default", "metadata", "serialization", "ref", "schema_ref", "config"))
_MADE: Final[Mapping[Callable[[], Any], str]] = {new_id: "id", now: "time"}
"""Factories of a generated model, and the value of ``x-generated`` that they stand for."""


class _Generator(GenerateJsonSchema):
    """JSON Schema without the titles that only repeat names."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: names are titles enough."""
        return False

    @override
    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema of a model, with the texts below its fields."""
        made = super().model_schema(schema)
        kind: Any = schema["cls"]
        _drop_title(made, kind)
        if is_made(made.get("description", "")):
            del made["description"]
        _describe(made, kind, {name: info.alias or name for name, info in kind.model_fields.items()})
        _fill_in_empty(made, kind)
        if issubclass(kind, Model):
            _correct(made, kind)
        if made.get("additionalProperties") is False:
            del made["additionalProperties"]  # readers ignore fields that a closed model does not know
        return made

    @override
    def dataclass_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema of a dataclass, with the texts below its fields."""
        made = super().dataclass_schema(schema)
        kind: Any = schema["cls"]
        _drop_title(made, kind)
        if (made.get("description") or "").startswith(f"{kind.__name__}("):
            del made["description"]  # that Python itself makes
        _describe(made, kind, {item.name: item.name for item in dataclasses.fields(kind)})
        return made

    @override
    def typed_dict_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema of a ``TypedDict``."""
        made = super().typed_dict_schema(schema)
        _drop_title(made, schema.get("cls"))
        return made

    @override
    def enum_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema of an enum."""
        made = super().enum_schema(schema)
        _drop_title(made, schema["cls"])
        return made


def _drop_title(made: JsonSchemaValue, kind: Any) -> None:
    if made.get("title") == getattr(kind, "__name__", None) or "[" in str(made.get("title", "")):
        made.pop("title", None)


def _describe(made: JsonSchemaValue, kind: type, wires: Mapping[str, str]) -> None:
    properties = cast("dict[str, JsonSchemaValue]", made.get("properties", {}))
    for base in reversed(kind.__mro__[:-1]):
        for name, text in texts_below_names(base).items() if base.__module__ != "pydantic.main" else ():
            if wires.get(name) in properties:
                properties[wires[name]].setdefault("description", text)


def _fill_in_empty(made: JsonSchemaValue, kind: Any) -> None:
    """Say the default of a field that is an empty list or object; pydantic calls no factory."""
    properties = cast("dict[str, JsonSchemaValue]", made.get("properties", {}))
    for name, info in kind.model_fields.items():
        factory = get_origin(info.default_factory) or info.default_factory
        if factory in (list, dict) and (info.alias or name) in properties:
            properties[info.alias or name].setdefault("default", factory())


def _correct(made: JsonSchemaValue, kind: type[Model]) -> None:
    """Say of the fields of a generated model what its markers say: absent is not null, and a constant is required."""
    properties = cast("dict[str, JsonSchemaValue]", made.get("properties", {}))
    for name, info in kind.model_fields.items():
        field_schema = properties.get(info.alias or name, {})
        marks = {getattr(mark, "name", "") for mark in info.metadata}
        if info.exclude_if is not None or "unless set" in marks:
            field_schema.pop("default", None)
        elif "in every message" in marks and "const" not in field_schema:
            field_schema["default"] = _plain(info.get_default(call_default_factory=True))
        elif info.default_factory in _MADE:
            field_schema["x-generated"] = _MADE[cast("Callable[[], Any]", info.default_factory)]
        elif info.default_factory is not None:
            field_schema["default"] = _plain(info.get_default(call_default_factory=True))


def _plain(value: Any) -> Any:
    return TypeAdapter(Any).dump_python(value, mode="json")


@dataclass(slots=True)
class Schemas:
    """The schemas of types, and the components that they refer to."""

    components: dict[str, JsonSchemaValue] = field(default_factory=dict[str, JsonSchemaValue])
    warnings: list[str] = field(default_factory=list[str])
    _by_type: dict[int, JsonSchemaValue] = field(default_factory=dict[int, JsonSchemaValue])

    def add_all(self, types: Sequence[Any]) -> None:
        """Make the schemas of types, all at once, so that two classes of one name get names of their own."""
        distinct = list({id(kind): kind for kind in types}.values())
        inputs: list[tuple[int, JsonSchemaMode, TypeAdapter[Any]]] = []
        for kind in distinct:
            adapter: TypeAdapter[Any] = TypeAdapter(kind)
            inputs.append((id(kind), "validation", adapter))
            self._warn_of_validators(kind, adapter.core_schema)
        try:
            with warnings.catch_warnings(record=True, action="always", category=PydanticJsonSchemaWarning) as caught:
                made, shared = TypeAdapter.json_schemas(inputs, ref_template=REFERENCE, schema_generator=_Generator)
        except PydanticInvalidForJsonSchema as error:
            problem = str(error).partition("\n")[0]
            hint = "annotate the field with pydantic's WithJsonSchema, or SkipValidation"
            raise UsageError(f"a payload has no JSON Schema: {problem} ({hint})") from None
        self.warnings += dict.fromkeys(str(one.message).partition("\n")[0] for one in caught)
        self._by_type = {number: _short(schema) for (number, _), schema in made.items()}
        definitions = cast("Mapping[str, JsonSchemaValue]", shared.get("$defs", {}))
        self.components = {name: _untitled(_short(schema), name) for name, schema in definitions.items()}
        for kind in distinct:
            self._put_judge(kind)

    def of(self, kind: Any) -> JsonSchemaValue:
        """Return the schema of a type, which may be a reference to a component."""
        return self._by_type[id(kind)]

    def _put_judge(self, kind: Any) -> None:
        """Take the schema that judges the messages of a generated model, where its type does not say everything."""
        judge: Any = getattr(kind, "__json_schema__", None)
        if judge is None:
            return
        for name, schema in judge.schemas.definitions.items():
            self.components[name] = _short(_annotated(_moved(schema), self.components.get(name, {})))
        self._by_type[id(kind)] = {"$ref": REFERENCE.format(model=judge.name)}

    def _warn_of_validators(self, kind: Any, schema: Any) -> None:
        for name in dict.fromkeys(_validators(schema)):
            shown = getattr(kind, "__name__", str(kind))
            text = f"{shown}: the validator {name!r} is Python; its schema is wider, and peers may send what it refuses"
            if text not in self.warnings:
                self.warnings.append(text)


def _validators(schema: Any) -> Iterator[str]:
    """Yield the names of the functions that validate values, except those of pydantic and of the runtime."""
    if isinstance(schema, dict):
        node = cast("Mapping[str, Any]", schema)
        if str(node.get("type", "")).startswith("function-"):
            function = cast("Mapping[str, Any]", node.get("function") or {}).get("function")
            module = str(getattr(function, "__module__", "")).partition(".")[0]
            if module not in ("pydantic", "pydantic_core", "topicwright", "builtins"):
                yield str(getattr(function, "__name__", function))
        for key, value in node.items():
            if key not in _OPAQUE:
                yield from _validators(value)
    elif isinstance(schema, (list, tuple)):
        for item in cast("Sequence[Any]", schema):
            yield from _validators(item)


def _untitled(schema: JsonSchemaValue, name: str) -> JsonSchemaValue:
    """Return a schema without a title that only repeats its name."""
    return {key: value for key, value in schema.items() if key != "title" or value != name}


def _annotated(judge: JsonSchemaValue, typed: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema that judges messages with the annotations that only the one of its type has."""
    fields = cast("dict[str, JsonSchemaValue]", typed.get("properties", {}))
    properties = {name: _with_notes(one, fields.get(name, {})) for name, one in judge.get("properties", {}).items()}
    return {**_with_notes(judge, typed), **({"properties": properties} if properties else {})}


def _with_notes(schema: Any, typed: JsonSchemaValue) -> Any:
    if not isinstance(schema, dict):
        return schema
    notes = {key: value for key, value in typed.items() if key in _NOTES or key.startswith("x-")}
    return {**notes, **cast("JsonSchemaValue", schema)}


def _moved(schema: Any) -> Any:
    """Return a schema whose references to definitions are references to components."""
    if isinstance(schema, dict):
        node = cast("Mapping[str, Any]", schema)
        return {
            key: f"#/components/schemas/{value.removeprefix('#/$defs/')}"
            if key == "$ref" and isinstance(value, str)
            else _moved(value)
            for key, value in node.items()
        }
    return [_moved(item) for item in cast("Sequence[Any]", schema)] if isinstance(schema, list) else schema


def _short(schema: Any) -> Any:
    """Return a schema with what a reader looks for first, and in the words of AsyncAPI."""
    if not isinstance(schema, dict):
        return schema
    node = dict(cast("Mapping[str, Any]", schema))
    if isinstance(node.get("discriminator"), dict):
        del node["discriminator"]  # an object in OpenAPI, a name in AsyncAPI; the constants tell them apart
    if node.get("additionalProperties") is True and not node.get("properties") and node.get("type") == "object":
        del node["additionalProperties"]
    if "prefixItems" in node:  # a schema without a schemaFormat is of draft 7
        node["items"] = node.pop("prefixItems")
        node.setdefault("additionalItems", False)
    for key, value in node.items():
        if key in _TABLES:
            node[key] = {name: _short(one) for name, one in cast("Mapping[str, Any]", value).items()}
        elif key in _LISTS or (key == "items" and isinstance(value, list)):
            node[key] = [_short(one) for one in cast("Sequence[Any]", value)]
        elif key in _SCHEMAS:
            node[key] = _short(value)
        elif isinstance(value, float) and value.is_integer() and key != "default" and abs(value) < 1e15:
            node[key] = int(value)
    return {key: node[key] for key in sorted(node, key=_place)}


def _place(key: str) -> tuple[int, str]:
    """Return where a keyword stands: what a reader looks for first, then all others by name."""
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), key)
