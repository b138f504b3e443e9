"""Changes that many topics share: one finding for a schema in several messages."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Final

from topicwright_codegen.review.findings.finding import Finding, keyword_of

_SHOWN: Final = 5
_IN_SCHEMAS: Final = ("payload", "headers")
_IN_COMPONENTS: Final = ("parameter ", "message ")
"""How details begin of what several channels may refer to."""


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, those about one place of a schema as one, with all the topics that it is about."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    return [_joined(members) for members in groups.values()]


def _key(finding: Finding) -> Hashable:
    verdicts = finding.old, finding.new, finding.source, finding.fixed_severity
    if finding.group:
        return finding.rule, finding.group, verdicts
    if finding.detail.startswith(_IN_SCHEMAS):
        return finding.rule, finding.node.identity, keyword_of(finding.detail), verdicts
    if finding.rule.startswith(("parameter-", "class-renamed")) or finding.detail.startswith(_IN_COMPONENTS):
        return finding.rule, finding.node.identity, finding.detail, verdicts
    return id(finding)


def _joined(members: list[Finding]) -> Finding:
    unique = list({(one.topic, one.event, one.detail): one for one in members}.values())
    if len(unique) == 1:
        return members[0]
    # The first that has a message shows it for all.
    proven = min(unique, key=lambda one: one.probe is None or bool(one.probe.missing))
    names = list(dict.fromkeys(one.topic or one.event for one in unique if one.topic != proven.topic))
    also = f"; also on {', '.join(names[:_SHOWN])}" if names else ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return replace(
        proven,
        message=f"{proven.message}{also}{more}",
        members=tuple(unique),
        publishers=tuple(sorted({name for one in unique for name in one.publishers})),
        consumers=tuple(sorted({name for one in unique for name in one.consumers})),
    )
