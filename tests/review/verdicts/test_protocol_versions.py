"""A server that goes back to MQTT 3.1.1: what that version has no property for is lost."""

from __future__ import annotations

import pytest

from tests.review.support.catalogs import compare, one_topic

PAYLOAD = "{type: object, title: S, properties: {a: {type: string}}}"


def served(version: str, headers: str = "", binding: str = "qos: 1") -> str:
    server = f"servers: {{main: {{host: broker.example, protocol: mqtt, protocolVersion: '{version}'}}}}\n"
    text = one_topic(PAYLOAD, binding).replace("channels:", f"{server}channels:", 1)
    more = f"        headers: {{type: object, properties: {{h: {{type: string}}}}{headers}}}\n" if headers else ""
    return text.replace(f"        payload: {PAYLOAD}\n", f"        payload: {PAYLOAD}\n{more}")


@pytest.mark.parametrize(
    ("rule", "headers", "binding", "severity"),
    [
        ("headers-lost", " ", "qos: 1", "breaking"),
        ("required-headers-lost", ", required: [h]", "qos: 1", "breaking"),
        ("expiry-lost", "", "qos: 1, messageExpiryInterval: 60", "breaking"),
        ("protocol-version-changed", "", "qos: 1", "dangerous"),
    ],
)
def test_what_mqtt_3_has_no_property_for_is_lost(tmp_path, rule, headers, binding, severity):
    result = compare(tmp_path, *(served(version, headers, binding) for version in ("5", "3.1.1")))
    assert [found.rule for found in result.findings] == [rule]
    assert result.severity == severity
