"""What values of JSON have in common: their kinds, and the shapes of their fields and items.

A shape has a bounded size, however many values it is made of: it counts, and keeps few distinct texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from topicwright_codegen.infer.payloads.json_values import is_array, is_object
from topicwright_codegen.infer.payloads.texts import FORMATS, is_data_key, is_local_time, is_name

MOST_FIELDS: Final = 300
"""Different keys of one object; an object with more is a map, whose keys are data."""
MOST_VALUES: Final = 24
"""Distinct texts that are kept; with more of them the texts are no enum."""
DEEPEST: Final = 16
"""Levels of nesting that are described; what is deeper may be any value."""
_LONGEST_TEXT: Final = 64
_EXAMPLES: Final = 3

Scalar = str | int | float | bool


class Texts:
    """The texts of one field."""

    __slots__ = ("formats", "last_new", "local_time", "longest", "total", "values")

    def __init__(self) -> None:
        self.total = 0
        self.longest = 0
        self.formats: set[str] = set(FORMATS)
        """The formats that all texts have."""
        self.local_time = True
        """Whether all texts are times without a zone."""
        self.values: dict[str, int] | None = {}
        """How often each text occurs, if they are few and all of them names; else None."""
        self.last_new = 0
        """How many texts there were when one was seen for the first time."""

    def add(self, text: str) -> None:
        """Take one text."""
        self.total += 1
        self.longest = max(self.longest, len(text))
        if self.formats:
            self.formats = {name for name in self.formats if FORMATS[name](text)}
        self.local_time = self.local_time and is_local_time(text)
        values = self.values
        if values is None:
            return
        if text in values:
            values[text] += 1
        elif len(values) >= MOST_VALUES or len(text) > _LONGEST_TEXT or not (text == "" or is_name(text)):
            self.values = None
        else:
            values[text] = 1
            self.last_new = self.total

    @property
    def format(self) -> str:
        """The format that all texts have; empty for none."""
        return min(self.formats) if self.total and self.formats else ""


class Shape:
    """What the values at one place have in common."""

    __slots__ = (
        *("arrays", "booleans", "capped", "examples", "fields", "highest", "integers", "items", "keys_are_data"),
        *("lowest", "nulls", "numbers", "objects", "others", "texts", "total"),
    )

    def __init__(self) -> None:
        self.total = self.nulls = self.booleans = self.integers = self.numbers = self.objects = self.arrays = 0
        self.texts: Texts | None = None
        self.fields: dict[str, Shape] = {}
        self.others: Shape | None = None
        """The values of an object with more keys than are kept, or of which a key is data."""
        self.keys_are_data = 0
        """How many keys were data."""
        self.items: Shape | None = None
        self.lowest, self.highest = float("inf"), float("-inf")
        self.examples: list[Scalar] = []
        self.capped = False
        """Whether values were too deep to be looked at."""

    def add(self, value: Any, depth: int = 0) -> None:
        """Take one value of JSON."""
        self.total += 1
        if value is None:
            self.nulls += 1
        elif is_object(value):
            self._add_object(value, depth)
        elif is_array(value):
            self.arrays += 1
            if depth >= DEEPEST:
                self.capped = True
                return
            self.items = self.items or Shape()
            for item in value:
                self.items.add(item, depth + 1)
        else:
            self._add_scalar(value)

    def _add_scalar(self, value: Scalar) -> None:
        if isinstance(value, bool):
            self.booleans += 1
        elif isinstance(value, str):
            self.texts = self.texts or Texts()
            self.texts.add(value)
        else:
            if isinstance(value, int):
                self.integers += 1
            else:
                self.numbers += 1
            self.lowest, self.highest = min(self.lowest, value), max(self.highest, value)
        if len(self.examples) < _EXAMPLES and value not in self.examples and len(str(value)) <= 2 * _LONGEST_TEXT:
            self.examples.append(value)

    def _add_object(self, value: dict[str, Any], depth: int) -> None:
        self.objects += 1
        if depth >= DEEPEST:
            self.capped = True
            return
        fields = self.fields
        for key, inner in value.items():
            shape = fields.get(key)
            if shape is None:
                if is_data_key(key):
                    self.keys_are_data += 1
                elif len(fields) < MOST_FIELDS:
                    shape = fields[key] = Shape()
            if shape is None:
                shape = self.others = self.others or Shape()
            shape.add(inner, depth + 1)

    @property
    def kinds(self) -> frozenset[str]:
        """The types of JSON Schema that the values have, without null; ``number`` stands for integers too."""
        found = {
            "boolean": self.booleans,
            "integer": self.integers and not self.numbers,
            "number": self.numbers,
            "string": self.texts is not None,
            "object": self.objects,
            "array": self.arrays,
        }
        return frozenset(kind for kind, seen in found.items() if seen)

    def walk(self, path: str = "") -> Iterator[tuple[str, Shape]]:
        """Yield this shape and each one in it, with a path such as ``.results[].score``."""
        yield path, self
        for name, shape in self.fields.items():
            yield from shape.walk(f"{path}.{name}")
        if self.items is not None:
            yield from self.items.walk(f"{path}[]")
        if self.others is not None:
            yield from self.others.walk(f"{path}{{}}")
