"""Comments of the draft: one printable line each, whatever a peer has sent."""

from __future__ import annotations

import re
from typing import Final

from topicwright_codegen.diagnostics.texts import cut, printable

_LONGEST: Final = 110
_UNIT: Final = {
    "c": "degrees Celsius",
    "f": "degrees Fahrenheit",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "s": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "seconds": "seconds",
    "min": "minutes",
    "minutes": "minutes",
    "h": "hours",
    "hours": "hours",
    "pct": "percent",
    "percent": "percent",
    "perc": "percent",
    "mm": "millimetres",
    "cm": "centimetres",
    "m": "metres",
    "km": "kilometres",
    "mps": "metres a second",
    "kmh": "kilometres an hour",
    "kph": "kilometres an hour",
    "rpm": "turns a minute",
    "hz": "hertz",
    "khz": "kilohertz",
    "v": "volts",
    "mv": "millivolts",
    "a": "amperes",
    "ma": "milliamperes",
    "w": "watts",
    "kw": "kilowatts",
    "wh": "watt-hours",
    "kwh": "kilowatt-hours",
    "db": "decibels",
    "dbm": "decibels to a milliwatt",
    "deg": "degrees of an angle",
    "rad": "radians",
    "pa": "pascals",
    "hpa": "hectopascals",
    "kpa": "kilopascals",
    "bar": "bar",
    "mbar": "millibar",
    "kg": "kilograms",
    "g": "grams",
    "l": "litres",
    "lpm": "litres a minute",
    "nm": "newton metres",
    "lux": "lux",
    "lx": "lux",
    "bytes": "bytes",
    "kb": "kilobytes",
    "mb": "megabytes",
    "ppm": "parts in a million",
}
"""What the last part of a field's name may stand for."""
_END: Final = re.compile(r"(?:_|(?<=[a-z])(?=[A-Z]))([A-Za-z]+)\Z")
_SECONDS: Final = (1_400_000_000, 2_200_000_000)


def line(text: str) -> str:
    """Return a comment: nothing in it ends its line or controls a terminal."""
    return cut(printable(text), _LONGEST)


def unit_of(name: str) -> str:
    """Return the unit that the end of a field's name may stand for; empty for none."""
    found = _END.search(name)
    return "" if found is None else _UNIT.get(found[1].lower(), "")


def time_of(lowest: float, highest: float) -> str:
    """Return the unit of numbers that may be times since 1970; empty for others."""
    for unit, factor in (("seconds", 1), ("milliseconds", 1_000), ("microseconds", 1_000_000)):
        if _SECONDS[0] * factor <= lowest and highest <= _SECONDS[1] * factor:
            return unit
    return ""
