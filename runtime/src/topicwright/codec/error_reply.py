"""The reply that says that a responder failed: an empty payload, and the error in user properties of MQTT 5."""

from __future__ import annotations

from typing import Any, Final

from topicwright.catalog.topic import NoHeaders, Topic
from topicwright.codec.headers import header_fields
from topicwright.mqtt.message import Incoming, Properties

ERROR: Final = "error"
"""The user property with the text of the error."""
ERROR_TYPE: Final = "error-type"
"""The user property with the name of the exception."""
MAX_TEXT: Final = 500
"""At most this many characters of a text are sent, and are taken from a peer."""


def is_error(topic: Topic[Any, Any, Any], delivery: Incoming) -> bool:
    """Return whether a message on a topic of replies is the failure of a responder."""
    if delivery.payload or all(name != ERROR for name, _ in delivery.properties.user):
        return False
    return topic.headers is NoHeaders or ERROR not in header_fields(topic).fields


def error_in(delivery: Incoming) -> tuple[str, str]:
    """Return the name and the text of the error, without anything that a log cannot show."""
    user = dict(delivery.properties.user)
    return _cut(user.get(ERROR_TYPE, "")) or "error", _cut(user[ERROR])


def error_properties(
    error: BaseException, correlation_data: bytes | None, user: tuple[tuple[str, str], ...]
) -> Properties:
    """Return the properties of the reply to a request whose responder failed; ``user`` has its correlation id."""
    texts = ((ERROR, _cut(str(error))), (ERROR_TYPE, _cut(type(error).__name__)))
    return Properties(correlation_data=correlation_data, user=(*user, *texts))


def _cut(text: str) -> str:
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[: MAX_TEXT + 1])
    return shown if len(shown) <= MAX_TEXT else shown[: MAX_TEXT - 1] + "…"
