"""Fields that every message has and no constructor asks for: constants, and required fields with a default."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Annotated, Any, Final, TypeAlias, cast

from pydantic import BaseModel
from pydantic_core import CoreSchema
from topicwright.catalog.topic import T


class _Marker:
    """Marks the type of such a field."""


_MARKER: Final = _Marker()
Prefilled: TypeAlias = Annotated[T, _MARKER]
"""A field with a default that its schema requires all the same.

The constructor fills it in; a received message without it is invalid (JSON Schema, ``required``).
"""


def require_prefilled(model: type[BaseModel]) -> None:
    """Make the constructor of a model fill in its prefilled fields, because its validation requires them.

    Other models keep the constructor that they have, and its speed; and so does one that has a constructor of its own.
    """
    defaults = cache(lambda: tuple(_defaults(model)))
    # The annotation of a field that refers to a later class is not evaluated yet.
    if "__init__" in vars(model) or (model.__pydantic_fields_complete__ and not _names(model)):
        return

    def construct(self: BaseModel, /, **data: Any) -> None:
        for name, alias, default in defaults():
            if name not in data and alias not in data:
                data[name] = default()
        self.__pydantic_validator__.validate_python(data, self_instance=self)

    # Without this attribute pydantic would call the constructor for each message that it reads.
    cast("Any", construct).__pydantic_base_init__ = True
    construct.__qualname__ = f"{model.__qualname__}.__init__"
    type.__setattr__(model, "__init__", construct)


def _names(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if any(m is _MARKER for m in field.metadata))


def _defaults(model: type[BaseModel]) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """Yield name, alias and default of each prefilled field; called once all classes are there."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    for name in _names(model):
        field = model.model_fields[name]
        factory = cast("Callable[[], object] | None", field.default_factory)
        yield name, field.alias or name, factory or partial(_same, field.default)


def _same(value: object) -> object:
    return value


def without_defaults(model: type[BaseModel], schema: CoreSchema) -> CoreSchema:
    """Return a model's schema of pydantic, in which its prefilled fields have no default."""
    names = _names(model)
    return cast(CoreSchema, _without(schema, names)) if names else schema


def _without(schema: Any, names: frozenset[str]) -> Any:
    """Return the schema of a model, or of a check around it, with the schema inside replaced."""
    if schema["type"] != "model-fields":
        return {**schema, "schema": _without(schema["schema"], names)} if "schema" in schema else schema
    fields = cast("Mapping[str, Any]", schema["fields"])
    return {**schema, "fields": {name: _bare(field) if name in names else field for name, field in fields.items()}}


def _bare(field: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = field["schema"]
    return {**field, "schema": inner["schema"]} if inner["type"] == "default" else field
