"""A robot. Gets its firmware, then takes its share of the jobs of its site. Its client id is its name."""

import asyncio
from base64 import b64decode

from robots.fleet import GetFirmware, JobDone, JobOpen, Site
from robots.services import Vehicle

SITE: Site = "bergen"
GROUP = "vehicles"
"""Each job goes to one member of this group (MQTT 5, section 4.8.2)."""


class Robot:
    """Drives, and reports what it has done."""

    def __init__(self, client: Vehicle, name: str) -> None:
        self.client = client
        self.name = name

    async def start(self) -> None:
        """Take a share of the jobs: the broker gives each of them to one robot."""
        await self.client.subscribe(f"$share/{GROUP}/fleet/{SITE}/jobs", self.work, qos=1)

    async def work(self, payload: bytes) -> None:
        """Do a job. It is acknowledged afterwards, so a robot that dies leaves it to another one."""
        job = JobOpen.model_validate_json(payload)
        print(f"fetches job {job.job} from the {job.place}", flush=True)
        await asyncio.sleep(0.1)
        await self.client.publish_job_done(JobDone(job=job.job), site=SITE, robot_id=self.name)

    async def update(self, version: str) -> bytes:
        """Return a firmware, put together from its chunks."""
        firmware = bytearray()
        chunks = self.client.stream_firmware_get(
            GetFirmware(version=version), site=SITE, robot_id=self.name, timeout=10
        )
        async for chunk in chunks:
            if chunk.offset != len(firmware):
                raise ValueError(f"a chunk of firmware {version} is missing at byte {len(firmware)}")
            firmware += b64decode(chunk.data)
        return bytes(firmware)


async def main() -> None:
    async with Vehicle.from_env() as client:
        robot = Robot(client, client.client_id)
        await robot.start()
        firmware = await robot.update("2.1")
        print(f"has firmware 2.1, {len(firmware)} bytes", flush=True)
        await client.run_forever()


if __name__ == "__main__":
    asyncio.run(main())
