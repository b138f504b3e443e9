"""The limits of a number: which numbers are inside, and one that is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from topicwright_codegen.review.schemas.values.alternatives import Alternative


@dataclass(frozen=True, slots=True)
class NumberLimits:
    """The limits of one alternative (JSON Schema Validation, section 6.2)."""

    minimum: float | None
    maximum: float | None
    exclusive_minimum: float | None
    exclusive_maximum: float | None
    step: float | None
    is_integer: bool

    @classmethod
    def of(cls, alternative: Alternative) -> NumberLimits:
        """Return the limits of a number."""
        return cls(
            alternative.limit("minimum"),
            alternative.limit("maximum"),
            alternative.limit("exclusiveMinimum"),
            alternative.limit("exclusiveMaximum"),
            alternative.limit("multipleOf"),
            alternative.schema.get("type") == "integer",
        )

    def accepts(self, value: float) -> bool:
        """Return whether a number is inside."""
        return self._is_between(value) and self._is_multiple(value)

    def _is_between(self, value: float) -> bool:
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.exclusive_minimum is None or value > self.exclusive_minimum)
            and (self.exclusive_maximum is None or value < self.exclusive_maximum)
        )

    def _is_multiple(self, value: float) -> bool:
        if self.is_integer and not float(value).is_integer():
            return False
        return not self.step or math.isclose(value / self.step, round(value / self.step))

    def example(self) -> float | None:
        """Return a number inside; None where none is found."""
        return next(filter(self.accepts, map(as_whole_number, self._candidates())), None)

    def _candidates(self) -> Iterator[float]:
        step = self.step or 1
        lows = [value for value in (self.minimum, self.exclusive_minimum) if value is not None]
        highs = [value for value in (self.maximum, self.exclusive_maximum) if value is not None]
        near = max(lows) if lows else min(highs) if highs else 0
        yield from (1, near, near + 1, near - 1, math.ceil(near / step) * step)
        yield (max(lows) + min(highs)) / 2 if lows and highs else near


def as_whole_number(value: float) -> float:
    """Return a number, as an int where it is a whole one."""
    return int(value) if float(value).is_integer() else value
