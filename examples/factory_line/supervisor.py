"""The supervisor. Acknowledges alarms until the press accepts it, and leaves when parts are made again."""

import asyncio

from topicwright import Cleared

from factory.press import (
    ALARM_ACKNOWLEDGE_CALL,
    AcknowledgeAlarm,
    AlarmRaisedEvent,
    AlarmRaisedParams,
    AlarmRefusedError,
    PartsCountedEvent,
)
from factory.services import Supervisor


class Desk:
    """What the supervisor knows of all presses."""

    def __init__(self, client: Supervisor) -> None:
        self.client = client
        self.alarms: set[AlarmRaisedParams] = set()
        self.resolved = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def start(self) -> None:
        """Subscribe: to all sites, areas, lines and cells."""
        await self.client.on_alarm_raised(self.acknowledge, cleared=self.forget)
        await self.client.on_parts_counted(self.count)

    async def acknowledge(self, event: AlarmRaisedEvent) -> None:
        """Ask the press to go on, until it does."""
        self.alarms.add(event.params)
        cell = event.params.cell
        print(f"{cell} has stopped: {event.data.code}", flush=True)
        while True:
            wish = AcknowledgeAlarm(by="Ada")
            try:
                answer = await self.client.request(ALARM_ACKNOWLEDGE_CALL, wish, params=event.params, timeout=5)
            except AlarmRefusedError as refused:
                print(f"{cell} refuses: {refused.data.reason}", flush=True)
                await asyncio.sleep(0.2)
            else:
                print(f"{cell} stood still for {answer.stopped_s:.1f} s", flush=True)
                return

    async def forget(self, cleared: Cleared[AlarmRaisedParams]) -> None:
        """Forget an alarm that is no longer retained."""
        self.alarms.discard(cleared.params)
        self.resolved.set()

    async def count(self, event: PartsCountedEvent) -> None:
        if self.resolved.is_set() and not self.alarms and not self.goes_on.is_set():
            parts = event.data
            print(f"{event.params.cell} has made {parts.good} good parts, {parts.scrap} scrap", flush=True)
            self.goes_on.set()


async def main() -> None:
    async with Supervisor.from_env(client_id="supervisor") as client:
        desk = Desk(client)
        await desk.start()
        await asyncio.wait_for(desk.goes_on.wait(), 30)


if __name__ == "__main__":
    asyncio.run(main())
