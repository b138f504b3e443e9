"""Payloads of the ``names`` topics. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from topicwright import Model, Omittable, RootModel, now


class Event_(Model):
    """Named like a class of the runtime."""

    class_: Annotated[str, Field(alias="class")]
    """A keyword."""
    str_: Annotated[str, Field(alias="str")]
    """A builtin type."""
    copy_: Annotated[Omittable[bool], Field(alias="copy")] = None
    """A method of every model."""
    id_: Annotated[Omittable[str], Field(alias="_id")] = None
    """With an underscore in front."""
    id: Omittable[str] = None
    """A builtin function is no problem."""
    type: Omittable[str] = None
    """Neither is this one."""
    field_2nd: Annotated[Omittable[int], Field(alias="2nd")] = None
    """With a digit in front."""
    foo_bar_: Annotated[Omittable[Annotated[int, Field(ge=1)]], Field(alias="foo-bar")] = None
    """With a hyphen."""
    foo_bar: Omittable[int] = None
    """The same with an underscore."""
    ref: Annotated[Omittable[int], Field(alias="$ref?")] = None
    """With signs."""
    now_: Annotated[float, Field(alias="now")] = Field(default_factory=now)
    """Named like a function of the runtime."""
    self: Omittable[str] = None
    """Not a problem either."""


class Type2faCode(Model):
    """``Type2faCode``."""

    code: Omittable[str] = None


class Type2faCode2(RootModel[str]):
    """``Type2faCode2``."""


class Health(RootModel[bool]):
    """``Health``."""
