"""Counts the lines of the TARS catalog for each topic: all lines of schema/, comments and blank ones too.

python examples/tars/count_catalog_lines.py        # one sentence
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print the sentence."""
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in (ROOT / "schema").rglob("*.yaml"))
    listed = (ROOT / "generated" / "src" / "tars" / "TOPICS.md").read_text(encoding="utf-8").splitlines()
    topics = sum(line.startswith("| `") for line in listed)
    print(f"{topics} topics in {lines:,} lines, {lines / topics:.1f} a topic.")


if __name__ == "__main__":
    main()
