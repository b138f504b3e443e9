"""What exporters say of each counter of the snapshot."""

from __future__ import annotations

from typing import Final

OF_CLIENT: Final = {
    "reconnects": "Connections that came back after a loss.",
    "sessions_lost": "Reconnects at which the broker had forgotten the session.",
    "unmatched_replies": "Replies that nobody waits for.",
    "unheard": "Publishes that the broker had no subscriber for.",
    "replayed": "Acknowledged messages that were published again after a reconnect.",
    "perhaps_lost": "QoS 0 messages that a broken connection may have lost, at most.",
    "unclaimed": "Messages for which no handler was registered in time.",
}
"""Of the whole client: fields of ``Stats``."""
BY_FILTER: Final = {
    "received": "Messages that came for a topic filter.",
    "handled": "Messages whose handler finished.",
    "failed": "Messages whose handler failed for good.",
    "retried": "Further attempts of handlers.",
    "dead_lettered": "Messages published on a dead-letter topic.",
    "invalid": "Messages that are not what the catalog says.",
    "unexpected": "Messages of an event type that no handler takes.",
    "dropped": "QoS 0 messages given up because the handler is too slow.",
    "duplicates": "Messages that were handled before.",
}
"""By topic filter: fields of ``FilterStats``."""
BY_TOPIC: Final = {
    "published": "Messages that the broker acknowledged; with QoS 0, that were written.",
    "failed": "Publishes that were rejected, late, or given up.",
}
"""By topic: fields of ``TopicStats``."""
