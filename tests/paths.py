"""Where things are that tests read."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
GOLDEN = TESTS / "golden"
REVIEW_CASES = TESTS / "review" / "cases"
RUNTIME = ROOT / "runtime" / "src"
SHARED = ROOT.parent / "shared"
"""The reference system's facts and other people's documents; tests that need them are skipped where they are absent."""
