"""How a command ends when it is interrupted, when nobody reads its output, or when that cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from topicwright_codegen.commands.terminal.streams import ClosedPipeError, OutputError, flush, prepare, status

INTERRUPTED: Final = 130
"""The status after Ctrl-C: 128 and the number of SIGINT, as shells have it."""
CLOSED_PIPE: Final = 141
"""The status after a closed pipe: 128 and the number of SIGPIPE."""


def ended(run: Callable[[], int]) -> int:
    """Run a command and return its status; whatever ends it leaves no traceback of a stream."""
    try:
        prepare()
        try:
            return run()
        finally:  # also for the help, which ends by SystemExit
            flush()
    except KeyboardInterrupt:
        status("topicwright: interrupted")
        return INTERRUPTED
    except ClosedPipeError:
        return CLOSED_PIPE
    except OutputError as error:
        status(f"topicwright: {error}")
        return 2
