"""What was measured, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How a finding is to be taken."""

    GOOD = "ok"
    NOTE = "note"
    """Some promise is weaker with this broker."""
    BAD = "warning"
    """Messages are lost or late."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One property of a broker."""

    name: str
    verdict: Verdict
    measured: str
    advice: str = ""

    def line(self) -> str:
        """Return it for people."""
        text = f"{self.verdict.value:8}{self.name}: {self.measured}"
        return f"{text}\n        {self.advice}" if self.advice else text
