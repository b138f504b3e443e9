"""The clock. It is asked for the time of a city, and answers, or says that it does not know the city."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

from desk import Event
from desk.clock import ClockTime, ClockUnknown, ClockUnknownError, ReadClock
from desk.services import Clock

ZONES = {"lima": timezone(timedelta(hours=-5)), "london": UTC, "tokyo": timezone(timedelta(hours=9))}


async def tell(event: Event[ReadClock]) -> ClockTime:
    """Return the time, or raise the error that the catalog declares."""
    zone = ZONES.get(event.data.city.lower())
    if zone is None:
        raise ClockUnknownError(ClockUnknown(city=event.data.city))
    return ClockTime(time=datetime.now(zone).strftime("%H:%M"))


async def main() -> None:
    client = Clock.from_env(client_id="clock")
    client.register(serve_clock_read=tell)
    async with client:
        print("ready", flush=True)
        await client.run_forever()


if __name__ == "__main__":
    asyncio.run(main())
