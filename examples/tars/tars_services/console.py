"""Shows every event of the catalog; ``--json`` prints one JSON object per line instead."""

from __future__ import annotations

import sys
import time
from typing import Any

import orjson
from pydantic import BaseModel
from rich.console import Console

from tars import TOPICS, Event, TarsClient

from .run import run
from .view import line


def record_of(event: Event[Any, Any, Any]) -> dict[str, Any]:
    """Return an event as plain data."""
    data = event.data
    return {
        "id": event.id,
        "type": event.type,
        "topic": event.topic,
        "source": event.source or event.topic.rsplit("/", 1)[-1],
        "ts": event.ts,
        "seen": time.time(),
        "data": data.model_dump(mode="json") if isinstance(data, BaseModel) else {"bytes": len(data)},
    }


async def start(tars: TarsClient) -> None:
    """Subscribe to every topic of the catalog."""
    as_json = "--json" in sys.argv
    terminal = Console()

    async def show(event: Event[Any, Any, Any]) -> None:
        record = record_of(event)
        if as_json:
            sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
            sys.stdout.buffer.flush()
        else:
            terminal.print(line(record), soft_wrap=True)

    for topic in TOPICS:
        await tars.on(topic, show)


if __name__ == "__main__":
    run(TarsClient, start)
