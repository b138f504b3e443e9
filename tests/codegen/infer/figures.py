"""``python -m tests.codegen.infer.figures``: what infer makes of four recorded systems, beside their true catalogs."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.infer.capture.capture_file import Capture
from topicwright_codegen.infer.draft import make_draft, write_draft
from topicwright_codegen.infer.drafting.document import read_document

from tests.codegen.infer.compared import Compared, compare
from tests.codegen.infer.recording import record_system, record_tars, truth_of
from tests.paths import ROOT

SYSTEMS = ("tars", "home", "factory", "fleet")
PAGE = ROOT / "docs" / "infer.md"
START, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass
class Figures:
    """What infer made of one recording."""

    name: str
    messages: int
    topics: int
    events: int
    accepted: float
    lines: int
    compared: Compared

    def row(self) -> str:
        found = self.compared
        seen = found.addresses - len(found.missed)
        return (
            f"| {self.name} | {self.messages} | {self.topics} | {seen} of {found.addresses}"
            f" | {len(found.false)} | {found.right} of {found.right + len(found.wrong)} ({100 * found.share:.1f} %)"
            f" | {self.accepted:.4g} % | {self.lines} |"
        )


def figures_of(name: str, folder: Path) -> Figures:
    """Record a system, make its draft and compare."""
    path, file = folder / f"{name}.jsonl", folder / f"{name}.yaml"
    record_tars(path) if name == "tars" else record_system(name, path)
    capture = Capture(path)
    draft = make_draft(capture, file, name, examples=False)
    verdict = write_draft(draft, file, capture)
    text = file.read_text("utf-8")
    heard = [(one.topic, one.payload) for one in capture.messages()]
    found = compare(read_document(text), truth_of(name), heard)
    share = 100 * verdict.accepted / verdict.total
    return Figures(name, len(heard), len(dict(heard)), draft.events, share, len(text.splitlines()), found)


def main() -> int:
    """Print the table, and what is wrong; with --write put it into docs/infer.md."""
    rows = [
        "| system | messages | topics | addresses | false ones | fields of the right type | accepted | lines |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name in SYSTEMS:
            figures = figures_of(name, Path(folder))
            rows.append(figures.row())
            print(rows[-1], *(f"  {text}" for text in figures.compared.wrong), sep="\n")
    if "--write" in sys.argv:
        text = PAGE.read_text("utf-8")
        before, after = text.split(START)[0], text.split(END)[1]
        PAGE.write_text(f"{before}{START}\n{chr(10).join(rows)}\n{END}{after}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
