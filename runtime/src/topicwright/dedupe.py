"""Remembers which messages were handled, so that one that comes again is not handled twice."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

import orjson

from .dedupe_store import DedupeStore
from .errors import TransactionError


class Dedupe:
    """Keys with a time to live and a bound; the oldest goes first.

    A key counts as seen from ``begin`` on, and is forgotten by ``failed``, so a message whose handler failed is
    handled again when it comes again. ``done`` puts it into the store, where there is one.
    """

    def __init__(
        self,
        ttl: float,
        max_entries: int,
        clock: Callable[[], float] = time.monotonic,
        make_store: Callable[[], DedupeStore] | None = None,
    ) -> None:
        self._ttl = ttl
        self._max_entries = max_entries
        self._clock = clock
        self._make_store = make_store
        self._stored: DedupeStore | None = None
        self._seen: OrderedDict[Hashable, float] = OrderedDict()

    @property
    def enabled(self) -> bool:
        """Whether anything is remembered at all."""
        return self._ttl > 0 and self._max_entries > 0

    def begin(self, key: Hashable) -> bool:
        """Return whether ``key`` is new, and remember it."""
        now = self._clock()
        while self._seen and next(iter(self._seen.values())) <= now - self._ttl:
            self._seen.popitem(last=False)
        if key in self._seen or (self._store is not None and self._store.known(key)):
            return False
        self._seen[key] = now
        if len(self._seen) > self._max_entries:
            self._seen.popitem(last=False)
        return True

    @property
    def _store(self) -> DedupeStore | None:
        if self._stored is None and self._make_store is not None:
            self._stored = self._make_store()
        return self._stored

    def transaction(self, key: Hashable) -> AbstractContextManager[sqlite3.Connection]:
        """Write what the body writes and ``key`` together.

        Raises:
            TransactionError: there is no store.
        """
        if self._store is None:
            raise TransactionError("a transaction needs a file: set dedupe_ttl and dedupe_store")
        return self._store.transaction(key)

    def done(self, key: Hashable) -> None:
        """Note that the message was handled."""
        if self._store is not None:
            self._store.add(key)

    def failed(self, key: Hashable) -> None:
        """Forget ``key``."""
        self._seen.pop(key, None)


def message_key(payload: bytes) -> Hashable | None:
    """Return what makes an enveloped message the same as another: id, type, and ``data.seq`` or else the data.

    The id alone does not: the deltas of one stream share the id of their request. None for a bare payload.
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
    return str(fields["id"]), str(fields["type"]), content


def _sequence_number(data: object) -> int | None:
    seq = cast("Mapping[str, object]", data).get("seq") if isinstance(data, dict) else None
    return seq if isinstance(seq, int) else None


def _digest(data: object, payload: bytes) -> bytes:
    try:
        text = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # nested deeper than it writes, though not than it reads
        text = payload
    return hashlib.blake2b(text, digest_size=16).digest()
