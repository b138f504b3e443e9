"""Servers before and after: address and protocol; the channels on them; the info of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.operations.security import review_security
from topicwright_codegen.review.operations.services import paired_apis
from topicwright_codegen.review.servers.client_sessions import review_session
from topicwright_codegen.review.sides.descriptions import ABSENT, became, changed_texts, field_json
from topicwright_codegen.review.sides.side import Side

_ADDRESS = ("host", "pathname", "protocol")
_SPELLINGS = {"secure-mqtt": "mqtts", "mqtt3": "mqtt", "mqtt5": "mqtt"}
_PORTS = {"mqtt": "1883", "mqtts": "8883"}
"""The registered ports (MQTT 5, section 4.2), which clients take where an address names none."""
_TEXTS = ("title", "summary", "description", "tags", "externalDocs")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?P<host>[^/]*)(?P<pathname>/.*)?$", re.IGNORECASE | re.DOTALL)
_VARIABLE = re.compile(r"\{([^{}]*)\}")
Servers: TypeAlias = dict[tuple[str, str], View]
"""By service and key."""


def review_servers(before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of the servers."""
    olds, news = _both_servers(before, after)
    renamed = _renamed(olds, news)
    for one, other in renamed.items():
        text = f"the server {one[1]} is called {other[1]} now"
        yield Change("server-renamed", text, news[other].node, detail=one[1]).judged()
    for name, old in olds.items():
        new = news.get(renamed.get(name, name))
        if new is None:
            yield Change("server-removed", f"the server {name[1]} is gone", old.node, detail=name[1]).judged()
        else:
            yield from _server(name[1], old, new, after)
    for name, new in news.items():
        if name not in olds and name not in renamed.values():
            yield Change("server-added", f"the server {name[1]} is new", new.node, detail=name[1]).judged()


def _both_servers(before: Side, after: Side) -> tuple[Servers, Servers]:
    olds, news = paired_apis(before, after)
    return _servers(before, olds), _servers(after, news)


def _servers(side: Side, apis: Mapping[str, Api]) -> Servers:
    servers: Servers = {}
    for service, api in apis.items():
        root = View(side.source, (api.document.root,))
        servers.update({(service, name): view for name, _, view in root.entries("servers")})
    return servers


def _renamed(olds: Servers, news: Servers) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the servers that have the same address under another key."""
    added = {(name[0], _address(view)): name for name, view in news.items() if name not in olds}
    removed = {name: (name[0], _address(view)) for name, view in olds.items() if name not in news}
    return {name: added[address] for name, address in removed.items() if address in added}


def _address(view: View) -> tuple[str, ...]:
    return tuple(_resolved(view, key) for key in _ADDRESS)


def _resolved(view: View, key: str) -> str:
    """Return a part of the address of a server, with the defaults of its variables, in one spelling.

    Version 2 has one ``url`` where version 3 has ``host`` and ``pathname``.
    """
    variables = {name: variable.text("default") for name, _, variable in view.entries("variables")}
    url = _URL.match(_filled(view, "url", variables)) if view.raw("url") is not None else None
    split = url is not None and key in ("host", "pathname")
    text = (url[key] or ABSENT) if url is not None and split else _filled(view, key, variables)
    if key == "pathname":
        return ABSENT if text in ("", "/") else text
    if key == "protocol":
        return _SPELLINGS.get(text.lower(), text.lower())
    port = _PORTS.get(_resolved(view, "protocol"), "") if key == "host" else ""
    return text if not port or ":" in text else f"{text}:{port}"


def _filled(view: View, key: str, variables: Mapping[str, str | None]) -> str:
    return _VARIABLE.sub(lambda match: variables.get(match[1]) or match[0], field_json(view, key)).strip('"')


def _version(view: View) -> str:
    """Return the version of MQTT that a server declares, maybe in the name of its protocol."""
    in_name = (view.text("protocol") or "").lower().removeprefix("mqtt")
    version = field_json(view, "protocolVersion")
    return in_name if version == ABSENT and in_name in ("3", "5") else version.strip('"')


def _server(name: str, old: View, new: View, after: Side) -> Iterator[Finding]:
    for key in _ADDRESS:
        one, other = _resolved(old, key), _resolved(new, key)
        if one != other:
            node = new.raw(key) or new.raw("url") or new.node
            text = f"{key} of {name}: {one} became {other}"
            yield Change("server-moved", text, node, detail=f"{name}:{key}").judged()
    one, other = _version(old), _version(new)
    if one != other:
        text = f"the protocol version of {name}: {one} became {other}"
        node = new.raw("protocolVersion") or new.node
        for rule, lost in _version_rules(one, other, after):
            yield Change(rule, f"{text}{lost}", node, detail=name).judged()
    yield from review_security(name, old, new)
    yield from review_session(name, old, new)
    for key, text, node in changed_texts(old, new, _TEXTS):
        yield Change("text-changed", f"{text} in the server {name}", node, detail=f"server {name} {key}").judged()
    if field_json(old, "variables") != field_json(new, "variables"):
        node = new.raw("variables") or new.node
        text = f"variables: {became(field_json(old, 'variables'), field_json(new, 'variables'))} in the server {name}"
        yield Change("text-changed", text, node, detail=f"server {name} variables").judged()


def _version_rules(old: str, new: str, after: Side) -> Iterator[tuple[str, str]]:
    """Yield the rules of a protocol version, each with what is lost.

    MQTT 3 has no properties (new in MQTT 5, appendix C): no headers, no response topics, no expiry.
    """
    if not new.startswith("3") or old.startswith("3"):
        yield "protocol-version-changed", ""
        return
    catalog, lost = after.catalog, False
    topics = [topic for topic in catalog.topics if topic.headers is not None]
    needed = [topic for topic in topics if _needs_headers(topic)]
    asked = [call.request for call in catalog.calls if call.reply_to is None]
    rule = "required-headers-lost" if needed else "headers-lost"
    expiring = [topic for topic in catalog.topics if topic.expiry]
    for code, what, some in (
        (rule, "headers", needed or topics),
        ("replies-lost", "response topics", asked),
        ("expiry-lost", "the message expiry", expiring),
    ):
        if some:
            lost = True
            yield code, f", which has no {what}, as {some[0].event_type} has"
    if not lost:
        yield "protocol-version-changed", ""


def _needs_headers(topic: Topic) -> bool:
    fields = topic.headers.fields if topic.headers is not None else ()
    return topic.headers_required or any(field.required or field.defaulted_but_required for field in fields)


def review_channel_servers(before: Side, after: Side, pairing: Pairing) -> Iterator[Finding]:
    """Yield the channels that are on other servers than before."""
    seen: set[Identity] = set()
    names = {one[1]: other[1] for one, other in _renamed(*_both_servers(before, after)).items()}
    for pair in pairing.pairs:
        if pair.new.channel.identity not in seen:
            seen.add(pair.new.channel.identity)
            yield from _channel_servers(pair, before, after, names)


def _channel_servers(pair: TopicPair, before: Side, after: Side, names: Mapping[str, str]) -> Iterator[Finding]:
    old, new = _named(pair.old.channel, before), _named(pair.new.channel, after)
    if old is None and new is None:
        return
    olds = {names.get(name, name) for name in (_all_names(pair.old.channel) if old is None else old)}
    news = _all_names(pair.new.channel) if new is None else new
    node = pair.new.channel.get("servers") or pair.new.channel
    for name in sorted(olds - news):
        yield Change("channel-server-removed", f"not on the server {name} any more", node, pair.topics, name).judged()
    for name in sorted(news - olds):
        yield Change("channel-server-added", f"on the server {name} as well", node, pair.topics, name).judged()


def _named(channel: Node, side: Side) -> set[str] | None:
    """Return the servers that a channel names; None where it is on all of them."""
    servers = channel.get("servers")
    targets = [side.source.resolve(entry) for entry in servers.elements()] if servers else []
    return {target.key for target in targets if target is not None} or None


def _all_names(channel: Node) -> set[str]:
    servers = channel.document.root.get("servers")
    return {name for name, _ in servers.members()} if servers else set()


def review_info(before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of the info of documents."""
    olds, news = paired_apis(before, after)
    for name, api in news.items():
        if name in olds:
            old, new = View(before.source, (olds[name].document.root,)), View(after.source, (api.document.root,))
            yield from _info(name, old, new)


def _info(name: str, old: View, new: View) -> Iterator[Finding]:
    for key, text, node in changed_texts(old, new, (*_TEXTS, "id", "asyncapi")):
        yield Change("info-changed", text, node, detail=f"{name}:root.{key}").judged()
    one, other = old.object("info"), new.object("info")
    keys = dict.fromkeys(key for view in (one, other) if view is not None for key, _ in view.node.members())
    for key in keys:
        was, is_ = field_json(one, key), field_json(other, key)
        if was != is_:
            node = (other.raw(key) if other is not None else None) or new.node
            text = f"info.{key}: {became(was, is_)}"
            yield Change("info-changed", text, node, detail=f"{name}:{key}").judged()
