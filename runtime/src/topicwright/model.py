"""Base classes of every generated payload model: strict writers, tolerant readers."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationInfo
from pydantic import RootModel as PydanticRootModel
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeAliasType, override

T = TypeVar("T")
RootT = TypeVar("RootT")
K = TypeVar("K")
V = TypeVar("V")

if TYPE_CHECKING:
    # pydantic declares the fields that a model does not name so, and a mutable attribute keeps its type.
    Extras = TypeAliasType("Extras", "dict[str, Any] | None", type_params=(K, V))
else:
    Extras = dict
"""The names and values of fields that an open model does not name, as its ``__pydantic_extra__`` has them."""


def new_id() -> str:
    """Return a new message id: 32 lower-case hexadecimal digits."""
    try:
        return _ids.pop()
    except IndexError:
        text = os.urandom(AT_ONCE * 16).hex()
        _ids.extend(text[start : start + 32] for start in range(32, len(text), 32))
        return text[:32]


AT_ONCE: Final = 64
"""For how many ids the system is asked at once, since asking costs more than an id."""
_ids: list[str] = []
os.register_at_fork(after_in_child=_ids.clear)  # or both processes would use the same ones


def now() -> float:
    """Return the current time in unix seconds."""
    return time.time()


class FreeForm:
    """Given to a validation as its context: learns whether a value came in of which the schema says nothing."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen = False


def _note(value: Any, info: ValidationInfo) -> Any:
    if isinstance(info.context, FreeForm):
        info.context.seen = True
    return value


def notes(schema: Mapping[str, Any]) -> bool:
    """Return whether a part of a pydantic schema tells of the value that it takes."""
    return schema.get("type") == "function-after" and schema["function"]["function"] is _note


def noting(schema: Any) -> Any:
    """Let a pydantic schema tell its reader of values that may be anything; they may hold what JSON does not have."""
    if isinstance(schema, dict):
        node = cast("dict[str, Any]", schema)
        if node.get("type") == "any":
            return core_schema.with_info_after_validator_function(_note, cast("CoreSchema", node))
        if notes(node):
            return node
        return {key: noting(value) if key not in OPAQUE else value for key, value in node.items()}
    if isinstance(schema, (list, tuple)):
        items = cast("Sequence[Any]", schema)
        return [noting(item) for item in items] if isinstance(schema, list) else tuple(noting(item) for item in items)
    return schema


OPAQUE: Final = frozenset({"cls", "default", "default_factory", "metadata", "serialization", "ref", "schema_ref"})
"""Parts of a pydantic schema that hold no schemas to be validated."""


def _is_none(value: object) -> bool:
    return value is None


Omittable: TypeAlias = Annotated[T | None, Field(exclude_if=_is_none)]
"""A field that is not required and whose schema does not allow null.

``None`` stands for "not there": such a field is left out of the JSON instead of being written as null.
"""


class Model(BaseModel):
    """Base of every generated object: immutable, and its constructor refuses unknown fields.

    Reading from the wire ignores unknown fields, so that a peer may add an optional one first.
    """

    @classmethod
    @override
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return pydantic's own schema, with free-form values noted."""
        schema: CoreSchema = noting(handler(source))
        return schema

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        ser_json_inf_nan="constants",  # not as null: ``envelope.dump`` refuses them
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
        """Return pydantic's own schema, with free-form values noted."""
        schema: CoreSchema = noting(handler(source))
        return schema

    model_config = ConfigDict(
        frozen=True, allow_inf_nan=False, hide_input_in_errors=True, ser_json_inf_nan="constants", defer_build=True
    )
