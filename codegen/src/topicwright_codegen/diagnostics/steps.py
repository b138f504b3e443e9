"""What the run is doing at the moment, for whoever waits for it."""

from __future__ import annotations

_current: list[str] = [""]


def step(text: str) -> None:
    """Tell what the run does from now on, such as ``reading the catalog``."""
    _current[0] = text


def current() -> str:
    """Return what the run is doing; empty before it told."""
    return _current[0]
