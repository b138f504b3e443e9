"""Retained events are cleared by a generated method, and heard of by a generated handler."""

from __future__ import annotations

import pytest
from topicwright import Cleared, Event
from topicwright.testing import LocalBroker

from tars import TarsClient
from tars.config import ConfigUpdateParams, ConfigUpdatePayload
from tests.runtime.support.clients import Inbox, eventually, needs_mosquitto


@needs_mosquitto
@pytest.mark.parametrize("over", ["engine", "library"])
async def test_a_retained_event_is_cleared_and_its_handlers_hear_of_it(over: str) -> None:
    events: Inbox[Event[ConfigUpdatePayload, ConfigUpdateParams]] = Inbox()
    cleared: Inbox[Cleared[ConfigUpdateParams]] = Inbox()
    with LocalBroker(kind="mosquitto") as broker:
        async with TarsClient(mqtt_url=broker.url, client_id="me", transport=over) as tars:
            for service in ("stt", "tts"):
                settings = ConfigUpdatePayload(service=service, config={}, version=1, config_epoch="1", issued_at="now")
                await tars.publish_config_update(settings, service=service)
            await tars.on_config_update(events, cleared=cleared)
            await events.get(2)
            assert all(event.retain and event.qos == 1 for event in events.items)
            await tars.clear_config_update(service="stt")
            assert [item.params.service for item in await cleared.get()] == ["stt"]
        async with TarsClient(mqtt_url=broker.url, client_id="late", transport=over) as late:
            events.items.clear()
            await late.on_config_update(events)
            await eventually(lambda: events.items)
            assert [event.params.service for event in events.items] == ["tts"]


def test_only_retained_events_can_be_cleared() -> None:
    cleared = {name for name in dir(TarsClient) if name.startswith("clear_")}
    assert cleared == {
        "clear_system_character_current",
        "clear_config_update",
        "clear_health_status",
        "clear_health_esp32",
        "clear_llm_tools_registry",
    }
