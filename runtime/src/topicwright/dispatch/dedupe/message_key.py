"""The key by which duplicates of a message are recognised."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from typing import Any, cast

import orjson


def message_key(topic: str, payload: bytes) -> Hashable | None:
    """Return the key that a message with an envelope shares with its duplicates; None for a bare payload.

    It has the topic, the source, the id, the type, and ``data.seq`` or else a digest of the data. The id alone is not
    enough: one request may give a command to several topics, and the deltas of one stream share the id of their
    request.
    """
    try:
        envelope = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(envelope, dict) or not {"id", "type", "data"} <= envelope.keys():
        return None
    fields = cast("Mapping[str, Any]", envelope)
    data = fields["data"]
    seq = _sequence_number(data)
    content = _digest(data, payload) if seq is None else seq
    return topic, str(fields.get("source", "")), str(fields["id"]), str(fields["type"]), content


def _sequence_number(data: object) -> int | None:
    seq = cast("Mapping[str, object]", data).get("seq") if isinstance(data, dict) else None
    return seq if isinstance(seq, int) else None


def _digest(data: object, payload: bytes) -> bytes:
    try:
        text = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # nested deeper than it writes, though not than it reads
        text = payload
    return hashlib.blake2b(text, digest_size=16).digest()
