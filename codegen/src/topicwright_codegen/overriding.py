"""``override`` of PEP 698 for type checkers; its import from typing_extensions takes a tenth of a short run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from typing_extensions import override
else:
    _P = ParamSpec("_P")
    _R = TypeVar("_R")

    def override(method: Callable[_P, _R]) -> Callable[_P, _R]:
        """Return the method as it is."""
        return method


__all__ = ["override"]
