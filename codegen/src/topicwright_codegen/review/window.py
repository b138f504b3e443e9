"""The last released versions, for fleets that update slowly: git tags, and the worst of the reviews against each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from topicwright_codegen.project.config import UsageError
from topicwright_codegen.review.engine import Review, ordered
from topicwright_codegen.review.findings import Finding
from topicwright_codegen.review.refs import git, is_shallow
from topicwright_codegen.review.verdicts import SEVERITIES

_PRERELEASE = re.compile(r"\d[-.]?(?:a|b|c|rc|alpha|beta|dev|pre|preview|snapshot)[-.]?\d*\Z", re.IGNORECASE)


def released(folder: Path, pattern: str, count: int) -> list[str]:
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


def merged(reviews: Sequence[tuple[str, Review]]) -> tuple[Review, dict[str, tuple[str, ...]]]:
    """Return one review with the worst of each finding, and the versions that each is against."""
    worst: dict[str, Finding] = {}
    versions: dict[str, tuple[str, ...]] = {}
    for version, review in reviews:
        for found in review.findings:
            known = worst.setdefault(found.fingerprint, found)
            if SEVERITIES.index(found.severity) < SEVERITIES.index(known.severity):
                worst[found.fingerprint] = found
            versions[found.fingerprint] = (*versions.get(found.fingerprint, ()), version)
    return Review(ordered(worst.values())), versions
