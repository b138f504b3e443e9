"""The result of a measurement: a verdict, and advice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """The severity of a finding."""

    GOOD = "ok"
    NOTE = "note"
    """A guarantee of the client is weaker with this broker."""
    BAD = "warning"
    """Messages are lost or late."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one measurement."""

    name: str
    verdict: Verdict
    measured: str
    advice: str = ""

    def line(self) -> str:
        """Return it as text; the advice is on a second line."""
        text = f"{self.verdict.value:8}{self.name}: {self.measured}"
        return f"{text}\n        {self.advice}" if self.advice else text
