"""Messages through a paho client: acknowledgements, and the parts of QoS 2 that paho lacks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode
from topicwright.errors import ConnectError, ConnectionLostError
from topicwright.mqtt.message import EMPTY, Incoming, Outgoing
from topicwright.mqtt.reason_codes import FAILURE, MALFORMED, NO_SUBSCRIBERS, UNKNOWN_PACKET_ID
from topicwright.mqtt.topic_filters import deliverable
from topicwright.transport.base import Answered
from topicwright.transport.failures import closed_by_broker
from topicwright.transport.link.backpressure import Backpressure
from topicwright.transport.link.peer_faults import PeerFaults
from topicwright.transport.link.unconfirmed import Unconfirmed
from topicwright.transport.paho.properties import publish_properties, received_properties, subscription_identifiers
from topicwright.transport.paho.rules import Violated, excluded_message, excluded_properties
from typing_extensions import override

MOST_UNACKNOWLEDGED: Final = 0xFFFF - 2000
"""How many messages paho has at once: each has a packet id, and some ids are left for subscribing."""


def lost(
    broker: str, flags: paho.DisconnectFlags, reason_code: ReasonCode, *, said: str | None, reference: str | None
) -> ConnectError:
    """Return why a connection ended."""
    if not flags.is_disconnect_packet_from_server:
        return ConnectionLostError(f"the connection to {broker} broke")
    return closed_by_broker(broker, int(reason_code.value), said=said, reference=reference)


class Exchange:
    """The messages in flight over one connection, in both directions."""

    def __init__(
        self,
        client: paho.Client,
        version: int,
        receive: Callable[[Incoming], None],
        backpressure: Backpressure,
        violated: Violated,
        faults: PeerFaults,
    ) -> None:
        self._client = client
        self._paho: Any = client  # for the parts of paho that are not its public interface
        self._version = version
        self._receive = receive
        self._backpressure = backpressure
        self._violated = violated
        self._faults = faults
        self._waiting: deque[tuple[Outgoing, Answered]] = deque()
        self._unacknowledged: dict[int, tuple[Outgoing, Answered]] = {}
        self._received: set[int] = set()
        """The packet ids that the broker has answered with PUBREC."""
        self._unheard: set[int] = set()
        """The packet ids of which PUBREC said that nobody has subscribed (section 3.5.2.1)."""
        self._left: list[Outgoing] = []
        self._over = False
        client.manual_ack_set(True)
        self._paho_pubrel, self._paho_pubrec = self._paho._handle_pubrel, self._paho._handle_pubrec
        vars(client)["_handle_pubrel"] = self._handle_pubrel
        vars(client)["_handle_pubrec"] = self._handle_pubrec
        self._paho_ping, self._paho_pong = self._paho._send_pingreq, self._paho._handle_pingresp
        vars(client)["_send_pingreq"], vars(client)["_handle_pingresp"] = self._send_pingreq, self._handle_pingresp
        self.unconfirmed = Unconfirmed(self.send_ping)

    @property
    def expecting(self) -> bool:
        """Whether an acknowledgement of the broker is expected."""
        return bool(self._unacknowledged)

    def free(self) -> bool:
        """Return whether a message can be sent immediately."""
        return len(self._unacknowledged) < int(self._paho._max_inflight_messages) and not self._over

    def carry_over(self) -> dict[str, Any]:
        """Return the state for the session's next connection: the last packet id, and QoS 2 messages half received."""
        return {name: vars(self._paho)[name] for name in ("_last_mid", "_in_messages")}

    def send(self, message: Outgoing, acknowledged: Answered) -> None:
        """Hand a message to paho; see ``Connection.publish``."""
        if message.qos > 0 and (self._waiting or len(self._unacknowledged) >= MOST_UNACKNOWLEDGED):
            self._waiting.append((message, acknowledged))  # packet ids are left for SUBSCRIBE and UNSUBSCRIBE
        else:
            self._send(message, acknowledged)

    def _send(self, message: Outgoing, acknowledged: Answered) -> None:
        plain = message.properties is EMPTY or self._version != 5
        properties = None if plain else publish_properties(message.properties)
        info = self._client.publish(message.topic, message.payload, message.qos, message.retain, properties)
        if info.rc != paho.MQTT_ERR_SUCCESS:
            return  # the connection is gone
        if message.qos == 0:
            self.unconfirmed.written()
        if info.is_published():
            acknowledged.set_result(0)
        else:
            self._unacknowledged[info.mid] = (message, acknowledged)

    def acknowledged(self, mid: int, code: int) -> None:
        """Take the broker's answer to a message.

        PUBCOMP 0x92 is a delivery: PUBREC had accepted the message, and paho does not tell whether PUBREL was repeated.
        """
        code = 0 if code == UNKNOWN_PACKET_ID else code
        self._received.discard(mid)
        if mid in self._unheard:
            self._unheard.discard(mid)
            code = code or NO_SUBSCRIBERS
        _, answered = self._unacknowledged.pop(mid, (None, None))
        if answered is not None and not answered.done():
            answered.set_result(code)
        while self._waiting and len(self._unacknowledged) < MOST_UNACKNOWLEDGED:
            message, acknowledged = self._waiting.popleft()
            if not acknowledged.done():
                self._send(message, acknowledged)

    def unanswered(self) -> list[Outgoing]:
        """Return the QoS 1 and 2 messages that the broker has not answered; valid after the end too."""
        if self._over:
            return self._left
        items = self._unacknowledged.items()
        left = [(mid, message) for mid, (message, _) in items if message.qos > 0]
        return [message for mid, message in left if mid not in self._received] or [message for _, message in left]

    def received(self, message: paho.MQTTMessage) -> None:
        """Pass on a message, unless it is one that MQTT forbids."""
        try:
            received = _PahoMessage(self, message)
        except UnicodeDecodeError:
            self._violated("sent a topic that is not UTF-8", MALFORMED)
            return
        given: Any = message.properties
        problem = excluded_message(received, getattr(given, "TopicAlias", None))
        if problem is not None:
            received.forbidden = not deliverable(received.topic)
        else:
            problem = excluded_properties(received, getattr(given, "PayloadFormatIndicator", 0))
        if problem is not None:
            if not self._faults.forgive():
                self._violated(*problem)
                return
            received.properties = replace(received.properties, response_topic=None)
        if message.qos > 0:
            self._backpressure.arrived(len(received.payload))
        self._receive(received)

    def acknowledge(self, packet_id: int, qos: int, size: int) -> bool:
        """Send PUBACK or PUBCOMP; see ``Incoming``."""
        if self._over or qos == 0:
            return not self._over
        self._backpressure.acknowledged(size)
        return self._client.ack(packet_id, qos) == paho.MQTT_ERR_SUCCESS

    def discard(self, size: int) -> None:
        """Count a message that is acknowledged with another one."""
        self._backpressure.acknowledged(size)

    def end(self) -> None:
        """Take the end of the connection; unacknowledged messages are sent again on the next one."""
        if not self._over:
            self._left = self.unanswered()
        self._over = True
        self._backpressure.close()
        self.unconfirmed.end()
        self._unacknowledged.clear()
        self._waiting.clear()

    def send_ping(self) -> None:
        """Send PINGREQ, but not with paho's own method, which ends the connection if the loop was blocked."""
        self.unconfirmed.ping_sent()
        self._paho._send_simple_command(paho.PINGREQ)

    def _send_pingreq(self) -> int:
        self.unconfirmed.ping_sent()
        return int(self._paho_ping())

    def _handle_pingresp(self) -> int:
        self.unconfirmed.ping_answered()
        return int(self._paho_pong())

    def _handle_pubrec(self) -> int:
        """Take a PUBREC packet that refuses as the end of the exchange (section 4.3.3); paho would continue it."""
        packet = self._paho._in_packet["packet"]
        packet_id = int.from_bytes(packet[:2], "big")
        refused = len(packet) > 2 and packet[2] >= FAILURE
        if refused:
            return int(self._paho._handle_pubackcomp("PUBACK"))
        self._received.add(packet_id)
        if len(packet) > 2 and packet[2] == NO_SUBSCRIBERS:
            self._unheard.add(packet_id)
        if packet_id not in self._paho._out_messages:  # section 3.6.2.1
            self._answer_unknown(paho.PUBREL | 2, packet_id)
        return int(self._paho_pubrec())

    def _handle_pubrel(self) -> int:
        """Complete a QoS 2 exchange of an earlier connection, which paho would never complete."""
        packet_id = int.from_bytes(self._paho._in_packet["packet"][:2], "big")
        known = packet_id in self._paho._in_messages
        result = int(self._paho_pubrel())
        if not known:  # section 3.7.2.1
            self._answer_unknown(paho.PUBCOMP, packet_id)
        return result

    def _answer_unknown(self, command: int, packet_id: int) -> None:
        """Answer a packet id that is not in use."""
        body = packet_id.to_bytes(2, "big") + (bytes((UNKNOWN_PACKET_ID,)) if self._version == 5 else b"")
        self._paho._packet_queue(command, bytes((command, len(body))) + body, packet_id, 1)


class _PahoMessage(Incoming):
    """A message that paho received."""

    def __init__(self, exchange: Exchange, message: paho.MQTTMessage) -> None:
        super().__init__(message.topic, bytes(message.payload))
        self.qos, self.packet_id = message.qos, message.mid
        self.retain, self.duplicate = message.retain, message.dup
        if message.properties is not None:
            self.properties = received_properties(message.properties)
            self.subscriptions = subscription_identifiers(message.properties)
        self._exchange = exchange

    @override
    def acknowledge(self) -> bool:
        """See ``Incoming``."""
        return self._exchange.acknowledge(self.packet_id, self.qos, len(self.payload))

    @override
    def discard(self) -> None:
        """See ``Incoming``."""
        self._exchange.discard(len(self.payload))
