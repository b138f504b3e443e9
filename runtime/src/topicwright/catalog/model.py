"""Base classes of every generated payload model: strict writers, tolerant readers."""

from __future__ import annotations

import os
from inspect import Signature
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic import RootModel as PydanticRootModel
from pydantic_core import CoreSchema
from topicwright.catalog.core_schemas import IN_EVERY_MESSAGE, UNLESS_SET, exact, exact_model
from topicwright.catalog.factories import message_ids
from topicwright.catalog.topic import T
from typing_extensions import TypeAliasType, override

RootT = TypeVar("RootT")
K = TypeVar("K")
V = TypeVar("V")

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

    # pydantic declares ``__pydantic_extra__`` with this type, and the type of a mutable attribute is invariant.
    Extras = TypeAliasType("Extras", "dict[str, Any] | None", type_params=(K, V))
else:
    Extras = dict
"""The type of an open model's ``__pydantic_extra__``: names and values of the fields that it does not declare."""
os.register_at_fork(after_in_child=message_ids.clear)  # else both processes would use the same ids


def _is_none(value: object) -> bool:
    return value is None


Omittable: TypeAlias = Annotated[T | None, Field(exclude_if=_is_none)]
"""A field that is not required and whose schema does not allow null.

``None`` means absent: the field is omitted from the JSON instead of written as null.
"""
Nullable: TypeAlias = Annotated[T, UNLESS_SET]
"""A field that is not required and whose schema allows null.

``None`` that was set or received is written as null. A field that was neither is omitted from the JSON.
"""
Stated: TypeAlias = Annotated[T, IN_EVERY_MESSAGE]
"""A required field with a default: the constructor fills it in, and a message without it is invalid."""


class _Signature:
    """The signature of a model's constructor, for ``inspect.signature``: pydantic makes it when it builds the class."""

    def __get__(self, instance: object, model: type[BaseModel]) -> Signature:
        if model.__pydantic_complete__ or not model.model_rebuild(raise_errors=False):
            raise AttributeError("__signature__")
        signature: Signature = model.__signature__
        return signature


class Model(BaseModel):
    """Base of every generated object: immutable, and its constructor refuses unknown fields.

    Decoding a message ignores unknown fields, so that a peer may add an optional field first.
    """

    if not TYPE_CHECKING:
        __signature__ = _Signature()

    @classmethod
    @override
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return pydantic's own schema, with exact scalars, and defaults that only the constructor fills in."""
        schema: CoreSchema = exact_model(handler(source), cls, cls.__pydantic_fields__)
        return schema

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return pydantic's own JSON Schema, with the descriptions of the fields."""
        from topicwright.catalog.descriptions import described  # few programs ask for it

        made = handler(schema)
        made.update(described(handler.resolve_ref_schema(made), cls) if "$ref" not in made else {})
        return made

    @classmethod
    @override
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Let a type that has this class in it be built at once, as FastAPI expects; the class itself is not yet."""
        cls.model_config = {**cls.model_config, "defer_build": False}

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        ser_json_inf_nan="constants",  # not null: ``codec.json_writer.dump`` refuses them
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        defer_build=True,  # until its first message: a service uses few of a catalog's models
    )


class RootModel(PydanticRootModel[RootT]):
    """Base of every generated payload that is not an object: its value is in ``root``."""

    @classmethod
    @override
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return pydantic's own schema, with exact scalars."""
        schema: CoreSchema = exact(handler(source), cls)
        return schema

    model_config = ConfigDict(
        frozen=True, allow_inf_nan=False, hide_input_in_errors=True, ser_json_inf_nan="constants", defer_build=True
    )
