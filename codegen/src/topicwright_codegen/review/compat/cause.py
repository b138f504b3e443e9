"""The change that a type error most likely comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topicwright_codegen.catalog.model import Topic
    from topicwright_codegen.review.compat.type_checkers import CheckerError
    from topicwright_codegen.review.findings.finding import Finding

_WORD = re.compile(r"[A-Za-z_]\w*")
_VERBS = ("publish", "clear", "on", "request", "ask", "serve", "stream")


def cause(error: CheckerError, line: str, findings: Sequence[Finding]) -> Finding | None:
    """Return the finding with the most names in the error and its line; None if none has any."""
    mentioned, in_line = set(_WORD.findall(error.message)), set(_WORD.findall(line))
    scored = [
        (_score(finding, mentioned, in_line), -at, finding)
        for at, finding in enumerate(findings)
        if finding.source != "ok"
    ]
    best = max(scored, key=lambda entry: entry[:2], default=None)
    return best[2] if best is not None and best[0] > 0 else None


def _score(finding: Finding, mentioned: set[str], in_line: set[str]) -> int:
    names = {name for topic in finding.topics for name in _names(topic)}
    changed = set(_WORD.findall(finding.detail)) - {"payload", "headers"}
    return 2 * len(names & mentioned) + len(names & in_line) + 4 * len(changed & mentioned) + 2 * len(changed & in_line)


def _names(topic: Topic) -> set[str]:
    symbols = [type_.symbol.name for type_ in (topic.payload, topic.headers) if type_ and type_.symbol]
    params = topic.params_class.name if topic.params_class is not None else ""
    own = {topic.constant, topic.params_name, params, topic.event_alias}
    return {*own, *symbols, *(f"{verb}_{topic.suffix}" for verb in _VERBS)} - {""}
