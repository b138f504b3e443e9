"""Files that only their user may read: payloads and message ids are nobody else's business."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

MODE: Final = 0o600


def make_private(path: str) -> None:
    """Make an empty file that only its user may read and write; a file that is there keeps its mode.

    SQLite gives the files beside its database the database's mode. An error is left to whoever opens the file.
    """
    if not path or path == ":memory:":
        return
    with suppress(OSError, ValueError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, MODE))
