"""Validation errors as text, without the values, which may be private."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError
from topicwright.mqtt.printable import printable

MAX_PROBLEMS: Final = 8
"""At most this many validation errors of one message are described."""
LONGEST_PROBLEM: Final = 160
"""At most this many bytes describe each: its location has keys of the message."""


def describe(error: ValidationError) -> list[str]:
    """Return the location and reason of the first validation errors, such as ``items.0: Field required``.

    The last text says how many more there are. Keys of a message are its sender's: they are escaped and cut.
    """
    details = error.errors(include_url=False, include_input=False, include_context=False)
    texts = [at_place(item["loc"], item["msg"]) for item in details[:MAX_PROBLEMS]]
    if len(details) > MAX_PROBLEMS:
        texts.append(f"and {len(details) - MAX_PROBLEMS} more problems")
    return texts


def at_place(location: Iterable[object], reason: str) -> str:
    """Return what is wrong at a place in a payload, printable and short."""
    return printable(f"{'.'.join(map(str, location)) or 'payload'}: {reason}", LONGEST_PROBLEM)
