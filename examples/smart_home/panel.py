"""The panel on the wall. It comes last, hears at once what is so, and leaves when it has seen both states."""

import asyncio

from smarthome.home import HeatingStateEvent
from smarthome.services import Panel


async def main() -> None:
    seen: set[bool] = set()
    both = asyncio.Event()

    async def show(event: HeatingStateEvent) -> None:
        word = "heated" if event.data.heated else "not heated"
        print(f"{event.params.room} is {word}: {event.data.why}", flush=True)
        seen.add(event.data.heated)
        if len(seen) == 2:
            both.set()

    client = Panel.from_env(client_id="panel")
    client.register(on_heating_state=show)
    async with client:
        await asyncio.wait_for(both.wait(), 30)


if __name__ == "__main__":
    asyncio.run(main())
