"""What the runtime logs: each message is one printable line, whatever a peer has put into it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from typing import Final, cast

from topicwright.mqtt.printable import printable
from typing_extensions import override

LONGEST_LINE: Final = 1800
"""At most this many bytes of a message are logged; what a formatter puts before it is not counted."""
LONGEST_CHAIN: Final = 10
"""At most this many exceptions that led to one another are logged."""
_DIRECT: Final = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING: Final = "\nDuring handling of the above exception, another exception occurred:\n\n"


class OneLine(logging.Filter):
    """Cuts and escapes messages and the texts of exceptions, so that no peer can forge a line or send escape codes."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record; change the text of those that need it."""
        text = record.getMessage()
        line = printable(text, LONGEST_LINE)
        if line != text:
            record.msg, record.args = "%s", (line,)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and record.exc_text is None:
            record.exc_text = "".join(_trace(error, 1)).rstrip("\n")  # formatters use it in place of their own
        return True


def _trace(error: BaseException, number: int) -> Iterator[str]:
    """Write an exception as Python does, with one line for the text of each."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and number < LONGEST_CHAIN:
        yield from _trace(earlier, number + 1)
        yield _DURING if error.__cause__ is None else _DIRECT
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    yield f"{_described(error)}\n"
    parts = cast("BaseExceptionGroup[BaseException]", error).exceptions if isinstance(error, BaseExceptionGroup) else ()
    for part in parts[:LONGEST_CHAIN]:
        yield f"  one of them: {_described(part)}\n"


def _described(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        text = str(error)
    except Exception:
        text = "(its text cannot be read)"
    return printable(f"{name}: {text}" if text else name, LONGEST_LINE)


def install() -> None:
    """Let everything that the runtime logs pass through; idempotent."""
    log = logging.getLogger("topicwright")
    if not any(isinstance(item, OneLine) for item in log.filters):
        log.addFilter(OneLine())
