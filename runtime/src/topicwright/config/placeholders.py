"""Placeholders in a client id: what tells the instances of one service apart."""

from __future__ import annotations

import os
import re
import secrets
import socket
from functools import lru_cache
from typing import Final

RANDOM_BYTES: Final = 4
_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_random = lru_cache(1)(lambda: secrets.token_hex(RANDOM_BYTES))
if hasattr(os, "register_at_fork"):  # else the children of a server that forks would have one id
    os.register_at_fork(after_in_child=_random.cache_clear)


def fill_in(text: str) -> str:
    """Return ``text`` with the values of ``{hostname}``, ``{pid}`` and ``{random}``, the same in the whole process.

    A value that changes with the process makes a new session each time it starts.

    Raises:
        ValueError: another name is in braces.
    """
    return _PLACEHOLDER.sub(_value, text)


def _value(match: re.Match[str]) -> str:
    name = match[1]
    values = {"hostname": socket.gethostname(), "pid": str(os.getpid()), "random": _random()}
    if name not in values:
        raise ValueError(f"{{{name}}} is not known: use {{hostname}}, {{pid}} or {{random}}")
    return values[name]
