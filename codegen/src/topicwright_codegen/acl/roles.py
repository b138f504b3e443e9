"""The role of each service: the topics that it sends to, and the filters that it receives from."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from topicwright_codegen.asyncapi.apis import service_name
from topicwright_codegen.asyncapi.model import Api, Channel, Operation, Parameter
from topicwright_codegen.catalog.addresses import with_usable_address
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.topic_filters import (
    PLACEHOLDER,
    filter_of,
    has_wildcard,
    is_literal,
    is_topic,
    is_will_topic,
    matches,
    strip_share,
)

Direction: TypeAlias = Literal["publish", "subscribe"]
PEER = "-peer"
"""The suffix of the role of its peers, if a catalog has only one service."""
MAX_VALUES = 64
"""At most this many topics are made from the values of enums; a rule for more has a wildcard instead."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The topics that a role may publish or subscribe to."""

    filters: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    """Topics that the wildcards of ``filters`` match, but that are other channels: a literal address wins."""


@dataclass(frozen=True, slots=True)
class Role:
    """The permissions of the login of one service."""

    name: str
    publish: Grant
    subscribe: Grant


@dataclass(frozen=True, slots=True)
class Extras:
    """Topics of services that the catalog does not declare."""

    health: bool = False
    """Whether clients run with ``enable_health`` and ``enable_heartbeat``."""
    dead_letters: tuple[str, ...] = ()
    """Topics for messages that a receiver cannot handle; ``{service}`` and ``{client_id}`` are replaced by its own."""


@dataclass(slots=True, eq=False)
class _Draft:
    """A role while it is built."""

    name: str
    ids: tuple[str, ...]
    filters: dict[Direction, dict[str, bool]] = field(
        default_factory=lambda: {"publish": {}, "subscribe": {}},
    )
    """Each filter, and whether its wildcards are parameters of an address; otherwise the author wrote them."""

    def grant(self, direction: Direction, filter_: str, *, parameters: bool = False) -> None:
        """Allow one filter; a wildcard that the author wrote excludes no topic."""
        known = self.filters[direction].get(filter_, True)
        self.filters[direction][filter_] = known and parameters


def roles_of(apis: Sequence[Api], diagnostics: Diagnostics, extras: Extras | None = None) -> list[Role]:
    """Return a role for each document with operations; if there is only one, also a role for its peers.

    A topic that is known only at run time gets a warning: its rule must be written by hand.
    """
    extras = extras or Extras()
    services = [api for api in apis if api.operations]
    _check_names(services, diagnostics)
    requesters = _requesters(services)
    drafts: list[_Draft] = []
    for api in services:
        draft = _Draft(service_name(api), tuple(filter(_is_level, api.client_ids)))
        _Granter(draft, requesters, diagnostics).add_all(api.operations, flipped=False)
        _add_session(draft, api, extras)
        drafts.append(draft)
    if len(services) == 1:
        peer = _Draft(service_name(services[0]) + PEER, ())
        _Granter(peer, requesters, diagnostics).add_all(services[0].operations, flipped=True)
        drafts.append(peer)
    for draft in drafts:
        _add_extras(draft, extras, apis[0].document.root, diagnostics)
    literals = _literals(apis)
    return [_role(draft, literals) for draft in drafts]


def _check_names(services: Iterable[Api], diagnostics: Diagnostics) -> None:
    """Report two services with one name: each login would have the access of both."""
    seen: dict[str, Api] = {}
    for api in services:
        other = seen.setdefault(service_name(api), api)
        if other is not api:
            message = f"two services are called {service_name(api)!r}"
            diagnostics.error("TW331", message, api.document.root, "rename a file", [other.document.root])


@dataclass(slots=True)
class _Granter:
    """Turns the operations of one service into the grants of its role."""

    role: _Draft
    requesters: Mapping[object, tuple[str, ...]]
    diagnostics: Diagnostics

    def add_all(self, operations: Iterable[Operation], *, flipped: bool) -> None:
        """Add operations; ``flipped`` for the role of the peer, which receives what the service sends."""
        for operation in operations:
            sends = (operation.action == "send") is not flipped
            self._channel("publish" if sends else "subscribe", operation.channel)
            if operation.reply is None:
                continue
            if operation.reply.channel.address is None:
                self._inbox(operation, requests=sends)
            else:
                self._channel("subscribe" if sends else "publish", operation.reply.channel)

    def _channel(self, direction: Direction, channel: Channel) -> None:
        channel = with_usable_address(channel, self.diagnostics)
        if channel.address is None:
            text = f"the topic of channel {channel.id!r} is known at run time only: the access rules have none for it"
            self.diagnostics.warning("TW601", text, channel.node, "write the rule for it by hand")
            return
        address = channel.address.value
        values = _values(channel.parameters, self.role.ids) if direction == "publish" else None
        for filter_ in _named(address, values):
            self.role.grant(direction, filter_, parameters="{" in address)

    def _inbox(self, operation: Operation, *, requests: bool) -> None:
        """Add the topic of replies if the request names it: a client uses one with its own client id."""
        own = self.role.ids or ("+",)
        ids = own if requests else self.requesters.get(_key(operation.channel)) or ("+",)
        for client_id in ids:
            self.role.grant("subscribe" if requests else "publish", f"replies/{client_id}", parameters=True)


def _requesters(services: Iterable[Api]) -> dict[object, tuple[str, ...]]:
    """Return the client ids of the requesters by the channel of the request, if all of them are known."""
    ids_of: dict[object, set[str]] = {}
    unknown: set[object] = set()
    for api in services:
        for operation in api.operations:
            if operation.action == "send" and operation.reply is not None:
                key = _key(operation.channel)
                ids_of.setdefault(key, set()).update(filter(_is_level, api.client_ids))
                if not api.client_ids or not all(map(_is_level, api.client_ids)):
                    unknown.add(key)
    return {key: tuple(sorted(ids)) for key, ids in ids_of.items() if key not in unknown}


def _key(channel: Channel) -> object:
    """Return a key that is equal for definitions of one channel in several documents."""
    return filter_of(channel.address.value) if channel.address else channel.node.identity


def _values(parameters: Iterable[Parameter], ids: tuple[str, ...]) -> dict[str, tuple[str, ...]] | None:
    """Return the values that a sender may put into an address; None if there are too many to list."""
    values: dict[str, tuple[str, ...]] = {}
    count = 1
    for parameter in parameters:
        own = ids if re.sub(r"[-_.]", "", parameter.name).lower() == "clientid" else ()
        values[parameter.name] = tuple(filter(_is_level, parameter.enum)) or own
        count *= len(values[parameter.name]) or 1
    return values if count <= MAX_VALUES else None


def _named(address: str, values: Mapping[str, Sequence[str]] | None) -> list[str]:
    """Return the filters of an address with each combination of known values in it."""
    known = {name: listed for name, listed in (values or {}).items() if listed}
    combinations = itertools.product(*known.values())
    texts = (_filled(address, dict(zip(known, combination, strict=True))) for combination in combinations)
    return [filter_of(text) for text in texts]


def _filled(address: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), address)


def _is_level(text: str) -> bool:
    """Return whether a value can be one level of a topic."""
    return is_topic(text) and not {"/", "{", "}"} & set(text)


def _add_session(draft: _Draft, api: Api, extras: Extras) -> None:
    """Add the Last Will, and the health and heartbeat of the client, which the catalog need not declare."""
    for topic in filter(is_will_topic, api.wills):
        draft.grant("publish", topic)
    for client_id in (draft.ids or ("+",)) if extras.health else ():
        draft.grant("publish", f"system/health/{client_id}", parameters=True)
        draft.grant("publish", f"system/keepalive/{client_id}", parameters=True)


def _add_extras(draft: _Draft, extras: Extras, root: Node, diagnostics: Diagnostics) -> None:
    """Add the topics for messages that a service cannot handle."""
    for topic in extras.dead_letters if draft.filters["subscribe"] else ():
        named = topic.replace("{service}", draft.name)
        if not is_topic(named):
            text = f"the dead-letter topic of the service {draft.name!r} would be {named!r}, which is no topic"
            diagnostics.error("TW604", text, root, "rename the service, or leave {service} out")
            continue
        for client_id in draft.ids or ("+",):
            draft.grant("publish", topic.replace("{service}", draft.name).replace("{client_id}", client_id))


def _literals(apis: Iterable[Api]) -> list[str]:
    """Return every address without a parameter."""
    channels = {channel.node.identity: channel for api in apis for channel in api.channels}
    addresses = {strip_share(channel.address.value) for channel in channels.values() if channel.address is not None}
    return sorted(filter(is_literal, addresses))


def _role(draft: _Draft, literals: Sequence[str]) -> Role:
    return Role(
        draft.name,
        _grant(draft.filters["publish"], literals),
        _grant(draft.filters["subscribe"], literals),
    )


def _grant(filters: Mapping[str, bool], literals: Sequence[str]) -> Grant:
    wide = [filter_ for filter_, parameters in filters.items() if parameters and has_wildcard(filter_)]
    as_written = [filter_ for filter_ in filters if filter_ not in wide]
    excluded = (
        topic
        for topic in literals
        if any(matches(filter_, topic) for filter_ in wide)
        and not any(matches(filter_, topic) for filter_ in as_written)
    )
    return Grant(tuple(sorted(filters)), tuple(excluded))
