"""Times and UUIDs that are written back as they were read: they have the text beside the value.

Python's time has microseconds and no leap second, RFC 3339 has nanoseconds and 23:59:60; ``2026-01-01T00:00:00.5Z`` and
``…00.500000Z`` are one time and two texts. So an unusual text is kept until its time is written again.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, SupportsIndex
from uuid import UUID

from typing_extensions import override

CANONICAL_TIME: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{5}[1-9])?(Z|[+-](0[1-9]|1\d|2[0-3]):[0-5]\d)$"
"""The texts that pydantic writes for their time."""
CANONICAL_UUID: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
UUID_TEXT: Final = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII
)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = 24 * 60
_LONGEST: Final = 80
"""Characters of a time; a longer text is refused."""


class WrittenTime(datetime):
    """A time that was received in a text which Python would write in another way."""

    __slots__ = ("text",)
    text: str

    @override
    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        text = text_kept(self)
        if text is not None:
            return time_of, (text,)
        made: tuple[Any, ...] = super().__reduce_ex__(protocol)  # type: ignore[assignment]  # it is never a text
        return made


class WrittenUUID(UUID):
    """A UUID that was received in upper case."""

    __slots__ = ("text",)
    text: str

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return uuid_of, (self.text,)


def time_of(text: str) -> datetime:
    """Return the time of a text (RFC 3339, section 5.6), to the microsecond; a leap second is the one before it.

    A leap second is the last one of a day in UTC (RFC 3339, section 5.7).

    Raises:
        ValueError: it is no date with a time and a time zone.
    """
    match = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError("no date-time")
    day, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
    leap = second == "60"
    micro = "999999" if leap else f"{fraction or '0':0<6.6}"
    zone = UTC if zulu else _zone(sign, int(hours), int(minutes))
    time = datetime.strptime(f"{day} {minute}:{'59' if leap else second}.{micro}", "%Y-%m-%d %H:%M:%S.%f")
    made = WrittenTime(
        time.year, time.month, time.day, time.hour, time.minute, time.second, time.microsecond, tzinfo=zone
    )
    if leap and (made.hour * 60 + made.minute - zone.utcoffset(None) // _MINUTE) % _DAY != _DAY - 1:
        raise ValueError("no leap second")
    made.text = text
    return made


def _zone(sign: str, hours: int, minutes: int) -> timezone:
    if hours > 23 or minutes > 59:
        raise ValueError("no time zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def uuid_of(text: str) -> UUID:
    """Return the UUID of a text (RFC 9562, section 4), which may be in upper case."""
    made = WrittenUUID(text)
    object.__setattr__(made, "text", text)
    return made


def text_kept(value: object) -> str | None:
    """Return the text that a value was received in; None where it is made by a program."""
    text: str | None = getattr(value, "text", None) if isinstance(value, (WrittenTime, WrittenUUID)) else None
    return text


def written(value: Any) -> Any:
    """Return what is written in JSON for a time, a date or a UUID."""
    return text_kept(value) or value
