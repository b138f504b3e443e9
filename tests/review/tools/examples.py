"""Five changes of the TARS catalog, ``docs/review/NAME.patch``, and their reviews."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.cli import main as topicwright

from tests.paths import ROOT

TARGET = ROOT / "docs" / "review"
TODAY = "2026-12-01"
"""Sunsets are judged by this day, so that the pages stay the same."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of a file that becomes another one, where it is for the first time."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Example:
    """A change, and why somebody would make it."""

    name: str
    why: str
    edits: tuple[Edit, ...]


EXAMPLES = (
    Example(
        "new-status-word",
        "The speaker shall say when it is muted: one word more in an enum.",
        (
            Edit(
                "channels/tts.yaml",
                "enum: [speaking_start, speaking_end, paused, resumed, stopped]",
                "enum: [speaking_start, speaking_end, paused, resumed, stopped, muted]",
            ),
        ),
    ),
    Example(
        "optional-language",
        "Queries may name a language, and the memory may return up to 20 results and not 50.",
        (
            Edit(
                "channels/memory.yaml",
                "        max_tokens: {",
                "        lang: {type: string, description: 'Language of the answer.'}\n        max_tokens: {",
            ),
            Edit("channels/memory.yaml", "maximum: 50,", "maximum: 20,"),
        ),
    ),
    Example(
        "renamed-field",
        "A transcript's text shall be called transcript, as elsewhere.",
        (
            Edit(
                "channels/stt.yaml",
                "      required: [text]\n",
                "      required: [transcript]\n",
            ),
            Edit(
                "channels/stt.yaml",
                "        text: {type: string, description: What was said.}\n",
                "        transcript: {type: string, description: What was said.}\n",
            ),
        ),
    ),
    Example(
        "moved-retained-topic",
        "The character belongs below character/, and not below system/.",
        (
            Edit(
                "channels/character.yaml", "    address: system/character/current\n", "    address: character/current\n"
            ),
        ),
    ),
    Example(
        "deprecated-field",
        "The language of a transcript goes away in spring; and schemas move, which nobody notices.",
        (
            Edit(
                "channels/stt.yaml",
                "description: 'Language of the text, as an ISO 639-1 code.'}\n",
                "description: 'Language of the text, as an ISO 639-1 code.',\n"
                "          deprecated: true, x-sunset: '2027-04-01'}\n",
            ),
            Edit(
                "channels/wake.yaml",
                "type: {type: string, enum: [wake, interrupt, timeout, resume, cancelled, error], description",
                "type: {$ref: '#/components/schemas/WakeWord', description",
            ),
            Edit(
                "channels/wake.yaml",
                "  schemas:\n",
                "  schemas:\n    WakeWord:\n      type: string\n"
                "      enum: [wake, interrupt, timeout, resume, cancelled, error]\n\n",
            ),
        ),
    ),
)


def reviewed(example: Example) -> Iterator[tuple[str, str]]:
    """Yield the files of an example by their names."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(ROOT / "schema", "before")
        shutil.copytree(ROOT / "schema", "schema")
        patch = [line for edit in example.edits for line in _apply(edit)]
        yield f"{example.name}.patch", "".join(patch)
        formats = [f"--format=markdown={example.name}.md", f"--format=html={example.name}.html"]
        topicwright(["diff", "before", "schema", "--today", TODAY, *formats])
        text = Path(f"{example.name}.md").read_text(encoding="utf-8")
        yield f"{example.name}.md", text
        yield f"{example.name}.html", Path(f"{example.name}.html").read_text(encoding="utf-8")


def _apply(edit: Edit) -> list[str]:
    file = Path("schema") / edit.file
    old = file.read_text(encoding="utf-8")
    if edit.old not in old:
        raise SystemExit(f"{file} does not have the text to be changed:\n{edit.old}")
    new = old.replace(edit.old, edit.new, 1)
    file.write_text(new, encoding="utf-8")
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return list(difflib.unified_diff(*lines, f"a/schema/{edit.file}", f"b/schema/{edit.file}"))


def index() -> str:
    """Return the page that lists the examples."""
    lines = ["# Five changes of the TARS catalog, reviewed", "", "Written by `make review-examples`.", ""]
    for example in EXAMPLES:
        links = f"[change]({example.name}.patch), [comment]({example.name}.md), [page]({example.name}.html)"
        lines.append(f"- **{example.name}**: {example.why} {links}")
    return "\n".join([*lines, ""])


def pages() -> dict[str, str]:
    """Return every file of ``docs/review/``."""
    found = {name: text for example in EXAMPLES for name, text in reviewed(example)}
    return {**found, "README.md": index()}


def main() -> int:
    """Write the pages, and remove what is none of them."""
    TARGET.mkdir(exist_ok=True)
    made = pages()
    for name, text in made.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    for file in TARGET.iterdir():
        if file.name not in made:
            file.unlink()
    print(f"{os.path.relpath(TARGET)}: {len(made)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
