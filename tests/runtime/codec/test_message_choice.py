"""Of the messages of one address without an envelope, each goes to the handlers of the one that it fits."""

from __future__ import annotations

from typing import Any

import pytest
from topicwright import Model, Omittable, RootModel, Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.event_reader import EventReader, Unwanted
from topicwright.errors import DecodeError
from topicwright.mqtt.message import Incoming, Properties

AnyTopic = Topic[Any, Any, Any]


class Opened(Model):
    opened_by: str


class Closed(Model):
    closed_at: int
    note: Omittable[str] = None


class Ajar(Model):
    note: Omittable[str] = None


class Total(RootModel[float]):
    pass


def beside() -> tuple[AnyTopic, ...]:
    return OPENED, CLOSED, AJAR, TOTAL, IMAGE


OPENED: AnyTopic = Topic("door", "opened", Opened, beside=beside)
CLOSED: AnyTopic = Topic("door", "closed", Closed, beside=beside)
AJAR: AnyTopic = Topic("door", "ajar", Ajar, beside=beside)
TOTAL: AnyTopic = Topic("door", "total", Total, beside=beside)
IMAGE: AnyTopic = Topic("door", "image", bytes, content_type="image/png", beside=beside)


def taken_by(delivery: Incoming) -> list[str]:
    """Return the event types whose handlers get a delivery; one that is invalid for a handler has a ``!``."""
    taken: list[str] = []
    for topic in beside():
        try:
            taken.append(EventReader(topic, Decoder(topic), {}).read(delivery).type)
        except Unwanted:
            continue
        except DecodeError:
            taken.append(f"{topic.event_type}!")
    return taken


@pytest.mark.parametrize(
    ("payload", "event_type"),
    [
        (b'{"opened_by": "ann"}', "opened"),
        (b'{"closed_at": 3, "note": "n"}', "closed"),
        (b'{"note": "n"}', "ajar"),
        (b'{"other": 1}', "ajar"),
        (b"3.5", "total"),
        (b"\x89PNG", "image"),
    ],
)
def test_a_message_goes_to_the_handler_of_the_one_that_it_fits(payload: bytes, event_type: str) -> None:
    assert taken_by(Incoming("door", payload)) == [event_type]


def test_the_content_type_decides_where_it_is_that_of_a_message() -> None:
    delivery = Incoming("door", b'{"note": "n"}')
    delivery.properties = Properties(content_type="image/png")
    assert taken_by(delivery) == ["image"]


def test_a_content_type_that_no_message_has_decides_nothing() -> None:
    delivery = Incoming("door", b'{"note": "n"}')
    delivery.properties = Properties(content_type="text/x-log")
    assert taken_by(delivery) == ["ajar"]


def test_a_message_that_fits_none_is_invalid() -> None:
    only = (Topic("d", "opened", Opened, beside=lambda: only), Topic("d", "total", Total, beside=lambda: only))
    readers = [EventReader(topic, Decoder(topic), {}) for topic in only]
    for reader in readers:
        with pytest.raises(DecodeError):
            reader.read(Incoming("d", b'{"opened_by": 3}'))
