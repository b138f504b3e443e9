"""A press. It makes a part in a tenth of a second, and stops for a jam until somebody acknowledges the alarm."""

import asyncio
from time import monotonic

from factory import Event
from factory.press import (
    AcknowledgeAlarm,
    AlarmAcknowledged,
    AlarmRaised,
    AlarmRefused,
    AlarmRefusedError,
    PartsCounted,
    SiteAreaLineCellParams,
)
from factory.services import Press

PLACE = SiteAreaLineCellParams(site="graz", area="stamping", line="2", cell="press-7")
JAM_AFTER = 5
"""The part that jams, and is scrap."""
TIME_TO_CLEAR = 0.5
"""How long the material is stuck, in seconds."""


class Machine:
    """Counts, stops and goes on."""

    def __init__(self, client: Press, place: SiteAreaLineCellParams = PLACE) -> None:
        self.client = client
        self.place = place
        self.good = self.scrap = 0
        self.stopped: float | None = None
        self.free = asyncio.Event()

    async def work(self) -> None:
        """Make parts until it is cancelled."""
        while True:
            await asyncio.sleep(0.1)
            if self.good == JAM_AFTER and not self.scrap:
                await self.jam()
            self.good += 1
            await self.count()

    async def count(self) -> None:
        where = self.place
        parts = PartsCounted(good=self.good, scrap=self.scrap)
        await self.client.publish_parts_counted(
            parts, site=where.site, area=where.area, line=where.line, cell=where.cell
        )

    async def jam(self) -> None:
        """Raise the alarm, and return when it is acknowledged and cleared."""
        where = self.place
        self.scrap += 1
        self.stopped = monotonic()
        self.free.clear()
        print("a part is stuck", flush=True)
        await self.client.publish_alarm_raised(
            AlarmRaised(code="jam"), site=where.site, area=where.area, line=where.line, cell=where.cell
        )
        await self.free.wait()
        await self.client.clear_alarm_raised(site=where.site, area=where.area, line=where.line, cell=where.cell)

    async def go_on(self, event: Event[AcknowledgeAlarm, SiteAreaLineCellParams]) -> AlarmAcknowledged:
        """Answer an acknowledgement, or refuse it with the error that the catalog declares."""
        if self.stopped is None:
            raise AlarmRefusedError(AlarmRefused(reason="there is no alarm"))
        stopped_s = monotonic() - self.stopped
        if stopped_s < TIME_TO_CLEAR:
            raise AlarmRefusedError(AlarmRefused(reason="the part is still stuck"))
        self.stopped = None
        self.free.set()
        print(f"goes on, acknowledged by {event.data.by}", flush=True)
        return AlarmAcknowledged(stopped_s=stopped_s)


async def main() -> None:
    async with Press.from_env(client_id="press") as client:
        machine = Machine(client)
        await client.serve_alarm_acknowledge(machine.go_on, site="graz", cell=PLACE.cell)
        print("ready", flush=True)
        work = asyncio.create_task(machine.work())
        await client.run_forever()
        work.cancel()


if __name__ == "__main__":
    asyncio.run(main())
