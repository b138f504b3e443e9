"""The devices of a kitchen. Somebody opens the window every other second; the room has 18.5 °C.

The contact of the window writes texts, and nobody can change that: so this program publishes bytes, as the device does.
"""

import asyncio
import json
from itertools import cycle

from smarthome.home import TemperatureState
from smarthome.services import Sensor


async def contact(client: Sensor, state: str) -> None:
    """Publish what the contact of the window sends."""
    payload = json.dumps({"open": state, "battery": "87"})
    await client.publish_bytes("home/kitchen/window", payload.encode(), retain=True)


async def live(client: Sensor) -> None:
    """Measure once, then open and close the window."""
    await client.publish_temperature_state(TemperatureState(18.5), room="kitchen")
    for state in cycle(("OFF", "ON")):
        await contact(client, state)
        print(f'kitchen/window: "open": "{state}"', flush=True)
        await asyncio.sleep(1)


async def main() -> None:
    async with Sensor.from_env(client_id="sensor") as client:
        living = asyncio.create_task(live(client))
        await client.run_forever()
        living.cancel()


if __name__ == "__main__":
    asyncio.run(main())
