"""What a run says to its user: what was heard, what was added, and what the readers of the draft refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from topicwright_codegen.diagnostics.texts import counted, cut, printable
from topicwright_codegen.infer.capture.capture_file import Capture
from topicwright_codegen.infer.draft import Draft
from topicwright_codegen.infer.judging import Verdict

_MOST_LINES = 40


def report_of(draft: Draft, verdict: Verdict, capture: Capture) -> Iterator[str]:
    """Yield the lines of the report."""
    found = draft.survey
    addresses = len(found.observed)
    yield (
        f"heard: {counted(found.messages, 'message')} of {counted(draft.events, 'event')}"
        f" on {addresses} {'address' if addresses == 1 else 'addresses'}"
    )
    if capture.broken:
        yield f"left out: {counted(capture.broken, 'line')} of the capture; the first: {capture.first_broken}"
    if found.own_topics:
        yield f"left out: {counted(found.own_topics, 'message')} on topics that begin with $: they are the broker's own"
    if found.no_topics:
        why = "a wildcard, a null character or more than 64 levels in the topic"
        yield f"left out: {counted(found.no_topics, 'message')} with {why}"
    if found.unplaced:
        yield f"left out: {counted(found.unplaced, 'message')} on topics that no address of the draft matches"
    for text in found.capped:
        yield f"capped: {text}"
    if draft.changes is not None:
        yield f"added: {len(draft.changes.added)}"
        yield from _listed(draft.changes.added)
        if draft.changes.kept:
            yield "kept as you have it:"
            yield from _listed(draft.changes.kept)
    share = 100 * verdict.accepted / verdict.total if verdict.total else 100
    yield f"accepted by the readers of the draft: {verdict.accepted} of {verdict.total} messages ({share:.4g} %)"
    if verdict.cleared:
        yield f"not judged: {counted(verdict.cleared, 'empty payload')} with RETAIN, which delete a retained message"
    refused = [f"{number} on {address}: {why}" for (address, why), number in verdict.refused.most_common()]
    if refused:
        yield "refused:"
        yield from _listed(refused)


def _listed(texts: Sequence[str]) -> Iterator[str]:
    lines = list(dict.fromkeys(texts))
    yield from (f"  {cut(printable(text), 300)}" for text in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"  ... and {len(lines) - _MOST_LINES} more"
