"""Requests and their replies: messages on two addresses that have an id in common."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.infer.payloads.envelopes import envelope_of
from topicwright_codegen.infer.payloads.json_values import is_object
from topicwright_codegen.infer.payloads.reading import Payload

_MOST_IDS: Final = 20_000
_ID_NAME: Final = re.compile(
    r"(?:.*_)?(?:id|uuid|uid|guid|transaction|correlation|request|token|nonce|ref|ticket|seq|sequence)\Z", re.IGNORECASE
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ASKS: Final = frozenset(
    (
        "request",
        "requests",
        "req",
        "query",
        "queries",
        "get",
        "ask",
        "call",
        "cmd",
        "command",
        "commands",
        "cmnd",
        "set",
        "do",
        "rpc",
    )
)
_ANSWERS: Final = frozenset(
    (
        "response",
        "responses",
        "res",
        "resp",
        "reply",
        "replies",
        "result",
        "results",
        "answer",
        "answers",
        "ack",
        "acks",
        "rsp",
        "completion",
    )
)
_LEAST: Final = 3
_FIELD: Final = "the field "


@dataclass(frozen=True, slots=True)
class Pair:
    """A request and its reply."""

    request: str
    """The address of the request."""
    reply: str
    evidence: str
    sure: bool
    """Whether the messages say so themselves, or ids and names agree."""
    asked_in: str = ""
    """The field of the payload that has the id of the request; empty for the envelope and correlation data."""
    answered_in: str = ""


class Pairs:
    """Looks for ids that come again on another address; remembers the newest of them only."""

    def __init__(self) -> None:
        self._seen: OrderedDict[object, tuple[str, str]] = OrderedDict()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._answered: Counter[tuple[str, str, str, str]] = Counter()
        self._once: set[tuple[object, str, str]] = set()
        self._response_topics: Counter[str] = Counter()
        self._by_mqtt: Counter[tuple[str, str]] = Counter()

    def add(self, address: str, heard: Heard, payload: Payload) -> None:
        """Take one message."""
        if heard.response_topic is not None:
            self._response_topics[address] += 1
        for place, value in _ids(heard, payload):
            first = self._seen.get(value)
            if first is None:
                self._seen[value] = address, place
                self._asked[address, place] += 1
                if len(self._seen) > _MOST_IDS:
                    self._seen.popitem(last=False)
                    self._once.clear()
            elif first[0] != address and (value, address, place) not in self._once:
                self._once.add((value, address, place))
                self._answered[(*first, address, place)] += 1

    def found(self) -> list[Pair]:
        """Return the pairs, one for each address of requests and of replies, the surest first."""
        pairs: dict[tuple[str, str], Pair] = {}
        for (request, asked_in, reply, answered_in), number in self._answered.most_common():
            asked = self._asked[request, asked_in]
            by_mqtt = asked_in == answered_in == "correlation data"
            if (number < _LEAST and not (by_mqtt and self._response_topics[request])) or number < 0.6 * asked:
                continue
            evidence = f"{number} of {asked} ids in {asked_in} come again in {answered_in} of {reply}"
            if by_mqtt and self._response_topics[request]:
                evidence += f", {self._response_topics[request]} with a response topic"
            sure = by_mqtt or _names_agree(request, reply)
            known = pairs.get((request, reply))
            if known is None or (sure and not known.sure):
                fields = [
                    place.removeprefix(_FIELD) if place.startswith(_FIELD) else "" for place in (asked_in, answered_in)
                ]
                pairs[request, reply] = Pair(request, reply, evidence, sure, *fields)
        return _one_each(pairs.values())


def _one_each(pairs: Iterable[Pair]) -> list[Pair]:
    """Keep one reply of a request, and no question about an address that is part of a sure pair."""
    chosen: dict[str, Pair] = {}
    for pair in sorted(pairs, key=lambda one: not one.sure):
        chosen.setdefault(pair.request, pair)
    sure = {pair.reply for pair in chosen.values() if pair.sure}
    return [pair for pair in chosen.values() if pair.sure or pair.request not in sure]


def _ids(heard: Heard, payload: Payload) -> Iterator[tuple[str, object]]:
    if heard.correlation is not None and len(heard.correlation) <= 200:
        yield "correlation data", heard.correlation
    if payload.kind != "json" or not is_object(payload.value):
        return
    value = payload.value
    if envelope_of(value) != "none":
        if _is_id(value.get("id")):
            yield "the envelope's id", value["id"]
        value = value["data"] if is_object(value["data"]) else {}
    for name, inner in value.items():
        if len(name) <= 40 and _is_id(inner) and _ID_NAME.match(_HUMP.sub("_", name)):
            yield f"{_FIELD}{name}", inner


def _is_id(value: Any) -> bool:
    """Return whether a value is hardly the same by chance."""
    if isinstance(value, str):
        return 6 <= len(value) <= 100
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1000


def _names_agree(request: str, reply: str) -> bool:
    """Return whether one address asks and the other answers, by their words, below one first level."""
    one, other = _words(request), _words(reply)
    asks, answers = set(one) & _ASKS, set(other) & _ANSWERS
    near = bool(set(one[:1]) & set(other[:1])) or len(set(one) & set(other)) > 1
    return near and bool(answers - set(one)) and bool(asks or len(one) < len(other))


def _words(address: str) -> list[str]:
    return [word.lower() for level in address.split("/") for word in re.split(r"[^A-Za-z]+", level) if word]
