"""The depot. Sends firmware to whoever asks, then hands out jobs, and leaves when all are done."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator

from robots import Event
from robots.fleet import (
    FIRMWARE_GET_STREAM,
    FirmwareChunk,
    GetFirmware,
    JobDoneEvent,
    JobOpen,
    Site,
    SiteRobotIdParams,
)
from robots.services import Depot

SITE: Site = "bergen"
FIRMWARE = {"2.1": bytes(range(256)) * 400}
CHUNK = 16384
"""In bytes."""
ROBOTS = 2
PLACES = ("door", "shelf", "dock", "ramp", "lift", "yard")


class Work:
    """Serves robots, and counts what they have done."""

    def __init__(self) -> None:
        self.updated: set[str] = set()
        self.open = set(range(1, len(PLACES) + 1))
        self.ready = asyncio.Event()
        self.done = asyncio.Event()

    async def send(self, event: Event[GetFirmware, SiteRobotIdParams]) -> AsyncGenerator[FirmwareChunk, None]:
        """Yield the firmware in chunks; what is raised here ends the stream of the robot."""
        firmware = FIRMWARE[event.data.version]
        for offset in range(0, len(firmware), CHUNK):
            data = b64encode(firmware[offset : offset + CHUNK]).decode()
            yield FirmwareChunk(offset=offset, data=data, last=offset + CHUNK >= len(firmware))
        self.updated.add(event.params.robot_id)
        if len(self.updated) == ROBOTS:
            self.ready.set()

    async def count(self, event: JobDoneEvent) -> None:
        print(f"job {event.data.job} was done by {event.params.robot_id}", flush=True)
        self.open.discard(event.data.job)
        if not self.open:
            self.done.set()


async def main() -> None:
    work = Work()
    async with Depot.from_env(client_id="depot") as client:
        await client.answer_stream(FIRMWARE_GET_STREAM, work.send, match={"site": SITE})
        await client.on_job_done(work.count, site=SITE)
        print("ready", flush=True)
        await asyncio.wait_for(work.ready.wait(), 30)
        for job, place in enumerate(PLACES, 1):
            await client.publish_job_open(JobOpen(job=job, place=place), site=SITE)
        await asyncio.wait_for(work.done.wait(), 30)
        print("all jobs are done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
