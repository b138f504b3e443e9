"""The last released versions by their git tags, for fleets that update slowly."""

from __future__ import annotations

import re
from pathlib import Path

from topicwright_codegen.project.config import UsageError
from topicwright_codegen.review.sides.git_ref import git, is_shallow

_PRERELEASE = re.compile(r"\d[-.]?(?:a|b|c|rc|alpha|beta|dev|pre|preview|snapshot)[-.]?\d*\Z", re.IGNORECASE)


def released_versions(folder: Path, pattern: str, count: int) -> list[str]:
    """Return the newest released versions, the newest first, by the tags that match a pattern.

    Raises:
        UsageError: there is none.
    """
    listed = git(folder, "tag", "--list", "--sort=-version:refname", "--", pattern).decode().split()
    tags = [tag for tag in listed if not _PRERELEASE.search(tag)]
    if not tags:
        hint = (
            "; this clone is shallow: git fetch --depth=1 origin 'refs/tags/*:refs/tags/*'"
            if is_shallow(folder)
            else ""
        )
        raise UsageError(f"no tag of a release matches {pattern!r} (--tags PATTERN){hint}")
    return tags[:count]
