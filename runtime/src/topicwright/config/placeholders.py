"""Placeholders in a client id: what tells the instances of one service apart."""

from __future__ import annotations

import os
import re
import secrets
import socket
from typing import Final

RANDOM_BYTES: Final = 4
_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_RANDOM: Final = secrets.token_hex(RANDOM_BYTES)


def fill_in(text: str) -> str:
    """Return ``text`` with the values of ``{hostname}``, ``{pid}`` and ``{random}``, the same in the whole process.

    A value that changes with the process makes a new session each time it starts.

    Raises:
        ValueError: another name is in braces.
    """
    return _PLACEHOLDER.sub(_value, text)


def _value(match: re.Match[str]) -> str:
    name = match[1]
    values = {"hostname": socket.gethostname(), "pid": str(os.getpid()), "random": _RANDOM}
    if name not in values:
        raise ValueError(f"{{{name}}} is not known: use {{hostname}}, {{pid}} or {{random}}")
    return values[name]
