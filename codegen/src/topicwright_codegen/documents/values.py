"""JSON values with their positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "Map | Seq | str | int | float | bool | None"
Mark: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""

MAX_DEPTH = 100
MAX_VALUES = 2_000_000
MAX_BYTES = 32 * 1024 * 1024


class Map(dict[str, "Value"]):
    """An object, with the position of each key."""

    __slots__ = ("marks",)

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, Mark] = {}


class Seq(list["Value"]):
    """An array, with the position of each element."""

    __slots__ = ("marks",)

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []


@dataclass(slots=True)
class ReadError(Exception):
    """A text that is not a document."""

    message: str
    mark: Mark
    hint: str = ""
    earlier: Mark | None = None
    """The position of the other part of a conflict."""
    code: str = "TW101"


def kind_of(value: Value) -> str:
    """Name the JSON type of ``value`` for a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Seq():
            return "a list"
        case Map():
            return "an object"


def plain(value: Value) -> object:
    """Return ``value`` as builtin dicts and lists."""
    if isinstance(value, Map):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Seq):
        return [plain(item) for item in value]
    return value
