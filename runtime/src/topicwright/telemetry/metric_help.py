"""The help text of each counter, for exporters."""

from __future__ import annotations

from typing import Final

OF_CLIENT: Final = {
    "reconnects": "Reconnects after a lost connection.",
    "sessions_lost": "Reconnects at which the broker had lost the session.",
    "subscriptions_refused": "Subscriptions that the broker refused, each time that it did.",
    "unmatched_replies": "Replies without a waiting request.",
    "unheard": "Publishes that the broker had no subscriber for.",
    "replayed": "Acknowledged messages that were published again after a reconnect.",
    "perhaps_lost": "Upper bound on QoS 0 messages lost in transit.",
    "dropped_offline": "QoS 0 messages dropped because there was no connection.",
    "cleared": "Empty messages that cleared what was retained on their topic.",
    "unclaimed": "Messages for which no handler was registered in time.",
}
"""Of the whole client: fields of ``Stats``."""
BY_FILTER: Final = {
    "received": "Messages received for a topic filter.",
    "handled": "Messages whose handler finished.",
    "failed": "Messages whose handler failed at its last attempt.",
    "retried": "Retries of handlers.",
    "dead_lettered": "Messages published on a dead-letter topic.",
    "invalid": "Messages that do not match the catalog.",
    "unexpected": "Messages of an event type without a handler.",
    "dropped": "QoS 0 messages dropped because the handler is too slow.",
    "duplicates": "Messages that were handled before.",
}
"""By topic filter: fields of ``FilterStats``."""
BY_TOPIC: Final = {
    "published": "Messages that the broker acknowledged; for QoS 0, that were written.",
    "failed": "Publishes that were rejected, timed out, or were cancelled.",
}
"""By topic: fields of ``TopicStats``."""
