"""A literal address wins over every other one that matches it: its messages go to its own handlers only."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from topicwright import Event
from topicwright.testing import MemoryBroker

from .conftest import Workbench

ADDRESSES = {
    "all": "plant/#",
    "below": "plant/{area}/#",
    "mixed": "site/+/{unit}",
    "plant": "plant/a/b",
    "site": "site/x/y",
    "uptime": "{what}/uptime",
    "broker": "$SYS/uptime",
}


def write(bench: Workbench) -> None:
    payload = {"type": "object", "properties": {"text": {"type": "string"}}}
    channels = {
        name: {"address": address, "messages": {name: {"payload": payload}}} for name, address in ADDRESSES.items()
    }
    bench.write(f"channels: {json.dumps(channels)}\n", "channels/a.yaml")


def test_generated_topics_name_the_literal_addresses_that_win(bench: Workbench) -> None:
    write(bench)
    module = bench.load()
    rivals = {name: getattr(module, name.upper()).excludes for name in ("all", "below", "mixed", "plant", "uptime")}
    assert rivals == {"all": ("plant/a/b",), "below": ("plant/a/b",), "mixed": ("site/x/y",), "plant": (), "uptime": ()}


async def test_a_message_of_a_literal_address_goes_to_its_handlers_only(bench: Workbench) -> None:
    write(bench)
    module = bench.load()
    got: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def noting(name: str) -> Any:
        async def handler(event: Event[Any, Any, Any]) -> None:
            await got.put((name, event.topic))

        return handler

    with MemoryBroker() as broker:
        async with module.ATopics(broker.url, "reader") as client:
            for name in ("all", "below", "mixed", "plant", "site"):
                await getattr(client, f"on_{name}")(noting(name))
            for topic in ("plant/a/b", "site/x/y", "plant/a/c", "site/x/z"):
                broker.publish(topic, b"{}", qos=1)
            await client.shutdown()
    assert {got.get_nowait() for _ in range(got.qsize())} == {
        ("plant", "plant/a/b"),
        ("site", "site/x/y"),
        ("all", "plant/a/c"),
        ("below", "plant/a/c"),
        ("mixed", "site/x/z"),
    }
