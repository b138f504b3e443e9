"""What a text is by its form: a format of JSON Schema, a name of a protocol, an id, a key that is data."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)
_LOCAL_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\Z", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_MAC: Final = re.compile(r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\Z")
_HEX: Final = re.compile(r"(?:0x|!)?(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{6,}\Z")
_LONG_ID: Final = re.compile(r"(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{16,}\Z")
_NUMBER: Final = re.compile(r"[0-9]+\Z", re.ASCII)
_NUMBERED: Final = re.compile(r"(.*?[A-Za-z])[-_. ]?([0-9]+)\Z", re.ASCII)
_VERSION: Final = re.compile(r"[vV]?[0-9]+(?:\.[0-9]+)+\Z|[vV][0-9]+\Z|[A-Za-z]+[vVB][0-9]+\.[0-9]+\Z", re.ASCII)
_NAME: Final = re.compile(r"(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*|[A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:[_.:-][A-Za-z0-9]+){0,4}\Z")
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]{1,15}://[!#$&-;=?-Z_a-z~%\[\]]+\Z")
LONGEST_NAME: Final = 32


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID with its dashes."""
    return _UUID.match(text) is not None


def _is_time(text: str) -> bool:
    if not _TIME.match(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def is_local_time(text: str) -> bool:
    """Return whether a text is a time without a zone, which is no ``date-time`` of RFC 3339."""
    return _LOCAL_TIME.match(text) is not None


def _is_date(text: str) -> bool:
    try:
        return _DATE.match(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _is_ipv4(text: str) -> bool:
    try:
        return text.count(".") == 3 and bool(ipaddress.IPv4Address(text) or True)
    except ValueError:
        return False


def _is_uri(text: str) -> bool:
    try:
        return _URI.match(text) is not None and bool(urlsplit(text).netloc)
    except ValueError:
        return False


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date-time": _is_time,
    "date": _is_date,
    "uuid": is_uuid,
    "ipv4": _is_ipv4,
    "uri": _is_uri,
}
"""The formats that are looked for, and what tells whether a text has one."""


def is_name(text: str) -> bool:
    """Return whether a text has the form of a name of a protocol: a short identifier in one case, such as ``stand-by``.

    A word with one capital (``Alice``) may be the name of a person, and is none.
    """
    return len(text) <= LONGEST_NAME and _NAME.match(text) is not None and not is_id(text)


def is_id(text: str) -> bool:
    """Return whether a text alone shows that it identifies one thing: a UUID, MAC, hexadecimal or decimal number."""
    if is_version(text):
        return False
    return any(form.match(text) for form in (_UUID, _MAC, _HEX, _NUMBER, _LONG_ID))


def is_version(text: str) -> bool:
    """Return whether a text is the version of something, such as ``v2`` or ``spBv1.0``."""
    return _VERSION.match(text) is not None


def stem_of(text: str) -> str:
    """Return what is before the number of a numbered name, ``agv`` of ``agv-07``; empty for another text."""
    found = _NUMBERED.match(text)
    return "" if found is None or is_version(text) else found[1]


def is_data_key(text: str) -> bool:
    """Return whether the key of an object is data rather than the name of a field: long, unprintable, an id."""
    return len(text) > 80 or not text.isprintable() or is_id(text)
