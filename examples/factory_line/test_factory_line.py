"""The press on a broker inside the test's process: no network, no waiting."""

import asyncio

import pytest
from topicwright.testing import MemoryBroker

from factory.press import ALARM_RAISED, AcknowledgeAlarm, AlarmRefusedError
from factory.services import Press, Supervisor

import press
from press import Machine

WHERE = "acme/graz/stamping/2/press-7/alarm"


async def test_an_alarm_is_refused_while_the_part_is_stuck(
    memory_broker: MemoryBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = memory_broker.url
    ada = AcknowledgeAlarm(by="Ada")
    async with Press(url, "press") as client, Supervisor(url, "supervisor") as supervisor:
        machine = Machine(client)
        await client.serve_alarm_acknowledge(machine.go_on)
        jam = asyncio.create_task(machine.jam())
        alarm = await memory_broker.expect(ALARM_RAISED)
        assert alarm.params == press.PLACE

        monkeypatch.setattr(press, "TIME_TO_CLEAR", 3600)
        with pytest.raises(AlarmRefusedError, match="stuck"):
            await supervisor.request_alarm_acknowledge(ada, site="graz", area="stamping", line="2", cell="press-7")
        assert memory_broker.retained(WHERE)

        monkeypatch.setattr(press, "TIME_TO_CLEAR", 0)
        await supervisor.request_alarm_acknowledge(ada, site="graz", area="stamping", line="2", cell="press-7")
        await jam
        assert not memory_broker.retained(WHERE)
