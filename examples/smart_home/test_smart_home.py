"""The thermostat on a broker inside the test's process: no network, no waiting."""

from topicwright.testing import MemoryBroker

from smarthome.home import HEATING_STATE, TemperatureState
from smarthome.services import Sensor, Thermostat

from sensor import contact
from thermostat import Rooms


async def test_an_open_window_stops_the_heating(memory_broker: MemoryBroker) -> None:
    url = memory_broker.url
    async with Sensor(url, "sensor") as sensor:
        await sensor.publish_temperature_state(TemperatureState(17.0), room="kitchen")  # retained, so heard later
        thermostat = Thermostat(url, "thermostat")
        Rooms(thermostat)
        async with thermostat:
            for state in ("ON", "OFF"):
                await contact(sensor, state)  # a text, as the device sends it
            await memory_broker.idle()
    heated = [event.data.heated for event in memory_broker.published(HEATING_STATE)]
    assert heated == [True, False, True]
