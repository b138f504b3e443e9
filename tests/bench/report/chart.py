"""The chart: a panel of bars for each measure, the shorter the better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, BAR, GAP, LABEL, HEAD = 440, 15, 4, 110, 30
PAD = 16
COLOURS = {
    "ours": "#1f6f5c",
    "ours-3.1.1": "#6aa896",
    "bare": "#9a9a9a",
    "bare+codec": "#9a9a9a",
    "mosquitto": "#9a9a9a",
}
OTHER = "#c98a4b"
STYLE = "text{font:12px sans-serif;fill:#222}.t{font-weight:bold}svg{background:#fff}"

Panel = tuple[str, Mapping[str, float]]


def draw(panels: Sequence[Panel], unit: str) -> str:
    """Return an SVG with two panels in a row."""
    height = max(len(values) for _, values in panels) * (BAR + GAP) + HEAD + PAD
    rows = (len(panels) + 1) // 2
    size = f'width="{WIDTH * 2}" height="{height * rows}" viewBox="0 0 {WIDTH * 2} {height * rows}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', f"<style>{STYLE}</style>"]
    parts.append(f'<rect width="{WIDTH * 2}" height="{height * rows}" fill="#fff"/>')
    for number, (title, values) in enumerate(panels):
        parts.append(f'<g transform="translate({number % 2 * WIDTH},{number // 2 * height})">')
        parts += [f'<text class="t" x="{PAD}" y="20">{escape(title)}, {escape(unit)}</text>', *_bars(values), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _bars(values: Mapping[str, float]) -> list[str]:
    most = max(values.values(), default=1.0)
    room = WIDTH - LABEL - 3 * PAD - 40
    parts: list[str] = []
    for row, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        y = HEAD + row * (BAR + GAP)
        length = max(value / most * room, 1)
        colour = COLOURS.get(name, OTHER)
        parts.append(f'<text x="{LABEL + PAD - 6}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect x="{LABEL + PAD}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>')
        parts.append(f'<text x="{LABEL + PAD + length + 5:.1f}" y="{y + 12}">{value:.3g}</text>')
    return parts
