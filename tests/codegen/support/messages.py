"""A model's messages as they are read and written: by its type, and by its schema where that says more."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from topicwright.catalog.topic import Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import encode
from topicwright.errors import DecodeError
from topicwright.mqtt.message import Incoming

Refused = DecodeError


def received(model: type[BaseModel], value: Any) -> Any:
    """Return the payload that a handler gets; raise ``Refused`` for an invalid message."""
    topic: Topic[Any, Any, Any] = Topic("a", "a", model)
    return Decoder(topic).decode(Incoming("a", json.dumps(value).encode())).data


def written(model: type[BaseModel], data: Any) -> Any:
    """Return the JSON value of a payload as it is published."""
    topic: Topic[Any, Any, Any] = Topic("a", "a", model)
    return json.loads(encode(topic, data, message_id="1", source="test", ts=0.0))


def passed_on(model: type[BaseModel], value: Any) -> Any:
    """Return the JSON value that is published for what was received."""
    return written(model, received(model, value))
