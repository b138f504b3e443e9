"""The common ``main`` of the services: connect, register handlers, run until SIGTERM, write the counters."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from topicwright import ConfigurationError, ConnectError, MQTTClient

C = TypeVar("C", bound=MQTTClient)


def run(client: type[C], start: Callable[[C], Awaitable[None]]) -> None:
    """Run a service until SIGTERM or SIGINT; settings come from ``MQTT_*``.

    If ``TARS_STATS`` names a folder, the counters are written there at the end, for the demo's summary.
    """
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"), format="%(name)s %(levelname)s %(message)s")
    try:
        tars = asyncio.run(_serve(client, start))
    except (ConfigurationError, ConnectError) as error:
        sys.exit(f"{client.__name__}: {error}")
    folder = os.environ.get("TARS_STATS")
    if folder:
        Path(folder, f"{tars.client_id}.json").write_text(json.dumps(asdict(tars.stats())))


async def _serve(client: type[C], start: Callable[[C], Awaitable[None]]) -> C:
    async with client.from_env(enable_health=True) as tars:
        await start(tars)
        await tars.publish_health(True, "startup_complete")  # "ready" only means connected
        await tars.run_forever()
    return tars
