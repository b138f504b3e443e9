"""CloudEvents are checked as their specification says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pytest
from topicwright import DecodeError, EncodeError
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import encode

from tests.runtime.support.catalog import CLOUD, Hit, decode

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "1",
    "type": "cloud.thing",
    "source": "s",
    "data": {"text": "x"},
}
ABSENT: Any = object()


def read(**changes: Any) -> Any:
    event = {name: value for name, value in (EVENT | changes).items() if value is not ABSENT}
    return decode(Decoder(CLOUD), "cloud", orjson.dumps(event))


@pytest.mark.parametrize("name", ["specversion", "id", "type", "source", "data"])
@pytest.mark.parametrize("value", [ABSENT, None, "", 5, {}])
def test_event_without_a_required_attribute_is_invalid(name: str, value: Any):
    with pytest.raises(DecodeError, match=name):
        read(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("specversion", "1.0.1"),
        ("source", "a b"),
        ("source", "ä"),
        ("source", "%zz"),
        ("subject", ""),
        ("subject", 5),
        ("dataschema", ""),
        ("dataschema", "<x>"),
        ("dataschema", "/schemas/1"),
        ("dataschema", "schema.json"),
        ("dataschema", "https:"),
        ("dataschema", "1a:b"),
        ("datacontenttype", ""),
        ("datacontenttype", "text/xml"),
        ("datacontenttype", "json"),
        ("time", ""),
        ("time", 1.5),
        ("time", "1.5"),
        ("time", "2026-01-01"),
        ("time", "2026-01-01T00:00:00"),
        ("time", "2026-01-01 00:00:00Z"),
        ("time", "2026-02-30T00:00:00Z"),
        ("time", "2026-01-01T24:00:00Z"),
        ("time", "2026-01-01T00:00:00+24:00"),
        ("time", "0000-01-01T00:00:00Z"),
        ("time", "2026-01-01T00:00:00.Z"),
    ],
)
def test_attribute_that_the_specification_does_not_allow_is_invalid(name: str, value: Any):
    with pytest.raises(DecodeError, match="ts|" + name):
        read(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", "https://example.com/a?b=c#d"),
        ("source", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ("source", "/sensors/tn-1234567/alerts"),
        ("source", "1-555-123-4567"),
        ("source", "//[::1]/x"),
        ("source", "a%20b"),
        ("subject", "mynewfile.jpg"),
        ("subject", None),
        ("dataschema", "https://example.com/schema"),
        ("dataschema", "urn:x:y"),
        ("dataschema", None),
        ("datacontenttype", "application/json; charset=utf-8"),
        ("datacontenttype", "application/vnd.acme+json"),
        ("datacontenttype", None),
        ("time", None),
        ("comexampleextension", 5),
    ],
)
def test_attribute_that_the_specification_allows_is_read(name: str, value: Any):
    event = read(**{name: value})
    assert event.data.text == "x"
    assert set(vars(event)) == {"id", "type", "ts", "source", "data", "headers", "reply"}


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1.0),
        ("1970-01-01t00:00:01.25z", 1.25),
        ("1970-01-01T01:00:01.123456789+01:00", 1.123456789),
        ("1969-12-31T23:59:60Z", 0.0),
        ("2016-12-31T23:59:60Z", datetime.fromisoformat("2017-01-01T00:00:00+00:00").timestamp()),
        ("0001-01-01T00:00:00Z", -62135596800.0),
        ("9999-12-31T23:59:59-23:59", 253402387139.0),
    ],
)
def test_every_time_of_rfc_3339_is_read(time: str, seconds: float):
    assert read(time=time).ts == pytest.approx(seconds, abs=1e-6)


def test_source_that_is_no_uri_reference_is_refused_when_written():
    with pytest.raises(EncodeError, match="'my service' of a CloudEvent is no URI reference: set MQTT_SOURCE_NAME"):
        encode(CLOUD, Hit(text="x"), message_id="1", source="my service", ts=1.0)
