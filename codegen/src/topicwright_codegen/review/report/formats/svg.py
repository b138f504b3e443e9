"""The affected part of the topology as SVG: publishers on the left, topics in the middle, consumers on the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.affected import MAX_TOPICS, Affected, affected

_LEFT, _MIDDLE, _RIGHT, _BOX, _ROW, _WIDTH = 10, 310, 690, 220, 34, 920
_TOPIC = 300


def picture(findings: Iterable[Finding]) -> Markup:
    """Return the picture; nothing where no topic is affected."""
    topics = affected(findings)[:MAX_TOPICS]
    if not topics:
        return Markup()
    out, into = _merged(topic.publishers for topic in topics), _merged(topic.consumers for topic in topics)
    height = max(len(out), len(topics), len(into)) * _ROW + 10
    parts = [*_arrows(topics, list(out), list(into))]
    parts += [_box(_LEFT, row, _BOX, name, breaks) for row, (name, breaks) in enumerate(out.items())]
    parts += [_box(_MIDDLE, row, _TOPIC, topic.name, False, 12) for row, topic in enumerate(topics)]
    parts += [_box(_RIGHT, row, _BOX, name, breaks) for row, (name, breaks) in enumerate(into.items())]
    start = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="Who is affected">').format(_WIDTH, height)
    return Markup("\n").join([start, *parts, Markup("</svg>")])


def _merged(sides: Iterable[dict[str, bool]]) -> dict[str, bool]:
    """Return each service once, with whether it breaks anywhere."""
    merged: dict[str, bool] = {}
    for side in sides:
        for name, breaks in side.items():
            merged[name] = merged.get(name, False) or breaks
    return merged


def _arrows(topics: Sequence[Affected], out: list[str], into: list[str]) -> Iterable[Markup]:
    for row, topic in enumerate(topics):
        for name in topic.publishers:
            yield _line(_LEFT + _BOX, out.index(name), _MIDDLE, row)
        for name in topic.consumers:
            yield _line(_MIDDLE + _TOPIC, row, _RIGHT, into.index(name))


def _line(x1: int, row1: int, x2: int, row2: int) -> Markup:
    y1, y2 = row1 * _ROW + 20, row2 * _ROW + 20
    return Markup('<path class="arrow" d="M{} {} L{} {}"/>').format(x1, y1, x2, y2)


def _box(x: int, row: int, width: int, text: str, breaks: bool, corner: int = 2) -> Markup:
    kind, y = "broken" if breaks else "box", row * _ROW + 6
    short = text if len(text) <= width // 8 else f"{text[: width // 8 - 1]}…"
    return Markup(
        '<g><title>{}</title><rect class="{}" x="{}" y="{}" width="{}" height="28" rx="{}"/>'
        '<text x="{}" y="{}">{}</text></g>'
    ).format(text, kind, x, y, width, corner, x + 8, y + 19, short)
