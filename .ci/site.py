"""Copies the pages of the site to build/pages, laid out like the repository, so that their relative links hold.

A page is README.md, a Markdown file of docs/, or a file that one of them links to. The site is built by ``make site``.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build" / "pages"
START = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/site.css")


def linked(page: Path) -> list[Path]:
    """Return the files of the repository that a page links to, or shows."""
    targets = re.findall(r"\]\(([^)\s#]+)", page.read_text("utf-8")) if page.suffix == ".md" else []
    paths = [(page.parent / target).resolve() for target in targets if "://" not in target]
    return [path for path in paths if path.is_file() and path.is_relative_to(ROOT)]


def main() -> None:
    """Copy the pages, and what they link to."""
    shutil.rmtree(PAGES, ignore_errors=True)
    ahead = [*(ROOT / name for name in START), *(ROOT / "docs").rglob("*.md")]
    while ahead:
        page = ahead.pop()
        copy = PAGES / page.relative_to(ROOT)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, copy)
            ahead += linked(page)


if __name__ == "__main__":
    main()
