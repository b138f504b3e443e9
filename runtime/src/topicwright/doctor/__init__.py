"""Measures how a broker's configuration affects messages: ``topicwright doctor URL``."""

from __future__ import annotations

from topicwright.doctor.checks import examine
from topicwright.doctor.finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
