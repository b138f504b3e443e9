"""What a broker's configuration does to messages, measured with a few connections: ``topicwright doctor URL``."""

from __future__ import annotations

from .checks import examine
from .finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
