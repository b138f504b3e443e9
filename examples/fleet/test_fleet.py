"""Robots and the depot on a broker inside the test's process: no network, no waiting."""

from topicwright.testing import MemoryBroker

from robots.fleet import FIRMWARE_GET_STREAM, JOB_DONE, JobOpen
from robots.services import Depot, Vehicle

import depot
from depot import SITE, Work
from vehicle import Robot


async def test_each_job_is_done_by_one_robot(memory_broker: MemoryBroker) -> None:
    url = memory_broker.url
    async with Depot(url, "depot") as client, Vehicle(url, "r1") as first, Vehicle(url, "r2") as second:
        for vehicle in (first, second):
            await Robot(vehicle, vehicle.client_id).start()
        for job in (1, 2, 3, 4):
            await client.publish_job_open(JobOpen(job=job, place="door"), site=SITE)
        await memory_broker.idle()
    done = memory_broker.published(JOB_DONE)
    assert sorted(event.data.job for event in done) == [1, 2, 3, 4]
    assert {event.params.robot_id for event in done} == {"r1", "r2"}


async def test_a_firmware_arrives_whole(memory_broker: MemoryBroker) -> None:
    url = memory_broker.url
    async with Depot(url, "depot") as client, Vehicle(url, "r1") as vehicle:
        await client.answer_stream(FIRMWARE_GET_STREAM, Work().send)
        assert await Robot(vehicle, "r1").update("2.1") == depot.FIRMWARE["2.1"]
