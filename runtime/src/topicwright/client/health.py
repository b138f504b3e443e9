"""Health, heartbeat and Last Will: how a service tells that it is there, and the broker that it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from topicwright.catalog.factories import new_id, now
from topicwright.codec.envelope import seal
from topicwright.codec.json_writer import dump
from topicwright.mqtt.message import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWill:
    """What the broker publishes when a client is gone without a goodbye, as a catalog says it."""

    topic: str
    message: str = ""
    qos: int = 0
    retain: bool = False

    def outgoing(self) -> Outgoing:
        """Return the message that the broker is given at the connect."""
        return Outgoing(topic=self.topic, payload=self.message.encode(), qos=self.qos, retain=self.retain)


HEALTH_TYPE: Final = "health.status"


def health_topic(client_id: str) -> str:
    """Return the topic of a client's health."""
    return f"system/health/{client_id}"


def heartbeat_topic(client_id: str) -> str:
    """Return the topic of a client's heartbeat."""
    return f"system/keepalive/{client_id}"


def health_data(ok: bool, event: str | None, err: str | None) -> dict[str, Any]:
    """Return a health payload; what is not known is left out, not null."""
    data: dict[str, Any] = {"message_id": new_id(), "ok": ok, "timestamp": now()}
    data.update({name: value for name, value in (("event", event), ("err", err)) if value is not None})
    return data


def heartbeat(client_id: str) -> Outgoing:
    """Return one heartbeat: bare, QoS 0, not retained."""
    payload = dump({"ok": True, "event": "heartbeat", "timestamp": now()})
    return Outgoing(topic=heartbeat_topic(client_id), payload=payload, qos=0)


def last_will(client_id: str, source: str) -> Outgoing:
    """Return what the broker publishes when the client is gone without a goodbye (MQTT 5, section 3.1.2.5)."""
    data = dump(health_data(False, "connection_lost", None))
    payload = seal(HEALTH_TYPE, data, message_id=new_id(), source=source, ts=now())
    return Outgoing(topic=health_topic(client_id), payload=payload, qos=1, retain=True)
