"""Drafts of captures in temporary folders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicwright_codegen.infer.capture.capture_file import Capture, Recorder
from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.infer.draft import Draft, make_draft, write_draft
from topicwright_codegen.infer.drafting.document import read_document
from topicwright_codegen.infer.judging import Verdict
from topicwright_codegen.infer.report import report_of

from tests.codegen.infer.compared import resolved


def said(topic: str, value: Any, qos: int = 0, retain: bool = False, **more: Any) -> Heard:
    """Return a message; bytes are sent as they are, anything else as JSON."""
    payload = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Heard(topic, payload, qos, retain, **more)


@dataclass
class Done:
    """One run of infer."""

    file: Path
    draft: Draft
    verdict: Verdict
    report: str

    @property
    def text(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def document(self) -> Any:
        return read_document(self.text)

    @property
    def addresses(self) -> list[str]:
        return [channel["address"] for channel in self.document["channels"].values()]

    def channel(self, address: str) -> Any:
        return next(one for one in self.document["channels"].values() if one["address"] == address)

    def payloads(self, address: str) -> list[Any]:
        messages = self.channel(address)["messages"].values()
        return [resolved(message["payload"], self.document) for message in messages]

    def payload(self, address: str) -> Mapping[str, Any]:
        (only,) = self.payloads(address)
        return only


class Drafts:
    """A folder with one draft."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "asyncapi.yaml"

    def infer(self, messages: Iterable[Heard] | bytes, *, examples: bool = False) -> Done:
        path = self.folder / "capture.jsonl"
        if isinstance(messages, bytes):
            path.write_bytes(messages)
        else:
            with Recorder(path, 2**40) as recorder:
                for heard in messages:
                    assert recorder.add(heard)
        capture = Capture(path)
        draft = make_draft(capture, self.file, "Draft", examples=examples)
        verdict = write_draft(draft, self.file, capture)
        return Done(self.file, draft, verdict, "\n".join(report_of(draft, verdict, capture)))

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text("utf-8")
        assert text.count(old) >= 1, old
        self.file.write_text(text.replace(old, new, 1), "utf-8")
