"""The thermostat of all rooms. It remembers the last state of each, and heats what is cold and closed."""

import asyncio
from dataclasses import dataclass

from smarthome.home import HeatingState, TemperatureStateEvent, WindowStateEvent
from smarthome.services import Thermostat

WANTED = 20.0
"""In °C."""


@dataclass
class Room:
    """What is known of a room."""

    celsius: float | None = None
    open: bool = False
    heating: HeatingState | None = None

    def decide(self) -> HeatingState | None:
        """Return what should be, or None while the temperature is not known."""
        if self.celsius is None:
            return None
        if self.open:
            return HeatingState(heated=False, why="window")
        cold = self.celsius < WANTED
        return HeatingState(heated=cold, why="cold" if cold else "warm")


class Rooms:
    """Heats rooms as their sensors change."""

    def __init__(self, client: Thermostat) -> None:
        self.client = client
        self.rooms: dict[str, Room] = {}
        client.register(on_temperature_state=self.on_temperature, on_window_state=self.on_window)

    async def on_temperature(self, event: TemperatureStateEvent) -> None:
        self.room(event.params.room).celsius = event.data.root
        await self.update(event.params.room)

    async def on_window(self, event: WindowStateEvent) -> None:
        self.room(event.params.room).open = event.data.open
        await self.update(event.params.room)

    def room(self, name: str) -> Room:
        return self.rooms.setdefault(name, Room())

    async def update(self, name: str) -> None:
        """Publish the state of the heating where it has changed."""
        room = self.room(name)
        wish = room.decide()
        if wish is not None and wish != room.heating:
            room.heating = wish
            await self.client.publish_heating_state(wish, room=name)


async def main() -> None:
    client = Thermostat.from_env(client_id="thermostat")
    Rooms(client)
    async with client:
        print("ready", flush=True)
        await client.run_forever()


if __name__ == "__main__":
    asyncio.run(main())
