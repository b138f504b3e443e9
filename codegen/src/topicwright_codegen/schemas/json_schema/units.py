"""Units of measurement: field names that measure something, and texts that name a unit."""

from __future__ import annotations

import re

from topicwright_codegen import naming

_QUANTITIES = re.compile(
    r"amplitude|angle|bandwidth|delay|depth|distance|duration|elapsed|energy|frequency|height|humidity|interval|latency"
    r"|power|pressure|radius|speed|temperature|timeout|ttl|uptime|velocity|voltage|volume|weight|width"
)
_UNITS = re.compile(
    r"\bunits?\b|%|°[CF]\b|°"
    r"|\b(?:km/h|m/s|mph|kmh|percent|ratio|fraction|from 0 to 1|bytes?|bits?|pixels?|degrees?|radians?"
    r"|celsius|fahrenheit|kelvin"
    r"|miles?|feet|foot|inch(?:es)?|yards?|knots?|pounds?|ounces?|gallons?|lit(?:er|re)s?|bar|psi|h?pa|lux|lumens?"
    r"|volts?|watts?|amperes?|hertz|[kmg]?hz|(?:milli|micro|nano)?seconds?|minutes?|hours?|days?"
    r"|(?:kilo|centi|milli)?met(?:er|re)s?|(?:kilo)?grams?|ms|s|mm|cm|m|km|kg|g|v|w|px|k?b|db)\b",
    re.IGNORECASE,
)
_NAMES = {
    **dict.fromkeys(("percent", "%"), "percent"),
    **dict.fromkeys(("hertz", "hz"), "hertz"),
    **dict.fromkeys(("degree", "degrees", "°"), "degrees"),
    **dict.fromkeys(("°c", "celsius"), "celsius"),
    **dict.fromkeys(("°f", "fahrenheit"), "fahrenheit"),
    **dict.fromkeys(("km/h", "kmh"), "kilometres an hour"),
    **dict.fromkeys(("feet", "foot"), "feet"),
    **dict.fromkeys(("inch", "inches"), "inches"),
    **dict.fromkeys(("liter", "litre"), "litres"),
    **dict.fromkeys(("s", "second", "seconds"), "seconds"),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "milliseconds"),
    **dict.fromkeys(("mm", "millimeter", "millimetre"), "millimetres"),
    **dict.fromkeys(("cm", "centimeter", "centimetre"), "centimetres"),
    **dict.fromkeys(("m", "meter", "metre"), "metres"),
    **dict.fromkeys(("km", "kilometer", "kilometre"), "kilometres"),
    **dict.fromkeys(("g", "gram"), "grams"),
    **dict.fromkeys(("kg", "kilogram"), "kilograms"),
    **dict.fromkeys(("v", "volt"), "volts"),
    **dict.fromkeys(("w", "watt"), "watts"),
    **dict.fromkeys(("px", "pixel"), "pixels"),
    **dict.fromkeys(("b", "byte"), "bytes"),
}
"""The name of each unit, by the forms in which it is written."""

_TEMPERATURES = frozenset(("celsius", "fahrenheit", "kelvin"))


def is_quantity(name: str) -> bool:
    """Return whether a field's name ends with a quantity; one that ends with its unit (``_ms``) does not."""
    return bool(_QUANTITIES.fullmatch(naming.snake(name).rpartition("_")[2]))


def names_unit(text: str) -> bool:
    """Return whether a text names a unit of measurement, or declares that there is none."""
    return bool(_UNITS.search(text))


def units_in(text: str) -> frozenset[str]:
    """Return the units that a text names, each by one name."""
    words = {match.group().lower() for match in _UNITS.finditer(text)} - {"unit", "units"}
    units = {_NAMES.get(word) or _NAMES.get(word.removesuffix("s")) or word for word in words}
    return frozenset(units - {"degrees"} if units & _TEMPERATURES else units)
