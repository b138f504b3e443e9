"""One line of text per message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from rich.text import Text

STYLES = {"wake": "yellow", "stt": "cyan", "llm": "magenta", "memory": "green", "tts": "blue", "character": "green"}
UNINTERESTING = frozenset({"message_id", "id", "ts", "timestamp", "utt_id", "stt_ts", "lang", "is_final", "request_id"})
WIDTH = 62


def describe(data: Mapping[str, Any]) -> str:
    """Return the interesting fields, shortened."""
    shown: list[str] = []
    for name, value in data.items():
        if name in UNINTERESTING or value in (None, "", [], {}, False):
            continue
        if isinstance(value, list):
            value = f"{len(cast('list[object]', value))} found"
        shown.append(str(value) if name in {"text", "reply", "delta", "event"} else f"{name}={value}")
    text = "  ".join(shown)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def line(record: Mapping[str, Any]) -> Text:
    """Return one message as a line: time, sender, event type and content."""
    kind = str(record["type"])
    moment = datetime.fromtimestamp(float(record["seen"])).strftime("%H:%M:%S.%f")[:-3]
    style = STYLES.get(kind.split(".")[0], "white")
    return Text.assemble(
        (f"{moment}  ", "dim"),
        (f"{str(record['source']).removeprefix('tars-'):<16}", "bold"),
        (f"{kind:<26}", style),
        describe(record["data"]),
    )
