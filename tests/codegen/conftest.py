"""Fixtures of the compiler's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.codegen.support.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def message() -> Callable[..., str]:
    """Return the text of one channel with one message."""

    def text(payload: str, *, name: str = "a.b", address: str = "a/b", channel: str = "ab") -> str:
        return (
            f"channels:\n  {channel}:\n    address: {address}\n    messages:\n      M:\n"
            f"        name: {name}\n        payload: {payload}\n"
        )

    return text
