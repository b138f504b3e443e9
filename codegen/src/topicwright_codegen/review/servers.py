"""Servers before and after: where they are, who gets in, and what a session and a Last Will are."""

from __future__ import annotations

import json
from collections.abc import Iterator

from topicwright_codegen.bindings import mqtt_binding
from topicwright_codegen.documents import Identity, Node
from topicwright_codegen.review.findings import Finding, TopicPair, finding
from topicwright_codegen.review.operations import apis_of
from topicwright_codegen.review.pairing import Pairing
from topicwright_codegen.review.sides import Side
from topicwright_codegen.values import Map, plain
from topicwright_codegen.view import View

_PLACE = ("host", "pathname", "protocol", "url")


def review_servers(before: Side, after: Side) -> Iterator[Finding]:
    """Yield what has changed about the servers."""
    olds, news = _servers(before), _servers(after)
    for name in [*olds, *(name for name in news if name not in olds)]:
        old, new = olds.get(name), news.get(name)
        if old is None and new is not None:
            yield finding("server-added", f"the server {name[1]} is new", new.node, detail=name[1])
        elif old is not None and new is None:
            yield finding("server-removed", f"the server {name[1]} is gone", old.node, detail=name[1])
        elif old is not None and new is not None:
            yield from _server(name[1], old, new)


def _servers(side: Side) -> dict[tuple[str, str], View]:
    found: dict[tuple[str, str], View] = {}
    for service, api in apis_of(side).items():
        root = View(side.source, (api.document.root,))
        found.update({(service, name): view for name, _, view in root.entries("servers")})
    return found


def _server(name: str, old: View, new: View) -> Iterator[Finding]:
    for key in _PLACE:
        one, other = _said(old, key), _said(new, key)
        if one != other:
            yield finding(
                "server-moved", f"{key} of {name}: {one} became {other}", _at(new, key), detail=f"{name}:{key}"
            )
    one, other = _said(old, "protocolVersion"), _said(new, "protocolVersion")
    if one != other:
        text = f"the protocol version of {name}: {one} became {other}"
        yield finding("protocol-version-changed", text, _at(new, "protocolVersion"), detail=name)
    if _security(old) != _security(new):
        text = f"the security of {name} changed: {_security(old)} became {_security(new)}"
        yield finding("security-changed", text, _at(new, "security"), detail=name)
    yield from _options(name, old, new)


def _said(view: View | None, key: str) -> str:
    found = view.get(key) if view is not None else None
    return "(none)" if found is None else json.dumps(plain(found.node.value), sort_keys=True)


def _at(view: View, key: str) -> Node:
    return view.raw(key) or view.node


def _security(view: View) -> str:
    """Return the kinds of the security schemes that a server asks for, without their descriptions."""
    found: list[object] = []
    for entry in view.elements("security") or ():
        scheme = view.source.resolve(entry)
        if scheme is not None and isinstance(scheme.value, Map):
            found.append({key: plain(value) for key, value in scheme.value.items() if key != "description"})
    return json.dumps(sorted(found, key=repr), sort_keys=True)


def _options(name: str, old: View, new: View) -> Iterator[Finding]:
    one, other = mqtt_binding(old), mqtt_binding(new)
    keys = dict.fromkeys(key for view in (one, other) if view is not None for key, _ in view.node.members())
    for key in keys:
        if key != "bindingVersion" and _said(one, key) != _said(other, key):
            node = _at(other, key) if other is not None else new.node
            yield _option(name, key, one, other, node)


def _option(name: str, key: str, old: View | None, new: View | None, node: Node) -> Finding:
    was, is_ = _said(old, key), _said(new, key)
    text, detail = f"{key} of {name}: {was} became {is_}", f"{name}:{key}"
    if key == "lastWill":
        moved = _said(_will(old), "topic") != _said(_will(new), "topic")
        return finding("will-topic-changed" if moved else "will-changed", text, node, detail=detail)
    if key == "cleanSession":
        return finding("session-shortened" if is_ == "true" else "session-lengthened", text, node, detail=detail)
    if key == "sessionExpiryInterval":
        rule = "session-shortened" if _number(is_) < _number(was) else "session-lengthened"
        return finding(rule, text, node, detail=detail)
    return finding("server-option-changed", text, node, detail=detail)


def _will(view: View | None) -> View | None:
    return view.object("lastWill") if view is not None else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def review_channel_servers(before: Side, after: Side, pairing: Pairing) -> Iterator[Finding]:
    """Yield the channels that are on other servers than before."""
    seen: set[Identity] = set()
    for pair in pairing.pairs:
        if pair.new.channel.identity not in seen:
            seen.add(pair.new.channel.identity)
            yield from _channel_servers(pair, before, after)


def _channel_servers(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    old, new = _named(pair.old.channel, before), _named(pair.new.channel, after)
    if old is None and new is None:
        return
    olds = _all_names(pair.old.channel) if old is None else old
    news = _all_names(pair.new.channel) if new is None else new
    node = pair.new.channel.get("servers") or pair.new.channel
    for name in sorted(olds - news):
        yield finding("channel-server-removed", f"not on the server {name} any more", node, pair=pair, detail=name)
    for name in sorted(news - olds):
        yield finding("channel-server-added", f"on the server {name} as well", node, pair=pair, detail=name)


def _named(channel: Node, side: Side) -> set[str] | None:
    """Return the servers that a channel names; None where it is on all of them."""
    servers = channel.get("servers")
    targets = [side.source.resolve(entry) for entry in servers.elements()] if servers else []
    return {target.key for target in targets if target is not None} or None


def _all_names(channel: Node) -> set[str]:
    servers = channel.document.root.get("servers")
    return {name for name, _ in servers.members()} if servers else set()


def review_info(before: Side, after: Side) -> Iterator[Finding]:
    """Yield what documents say of themselves."""
    olds = apis_of(before)
    for name, api in apis_of(after).items():
        new = api.document.root.get("info")
        old = olds[name].document.root.get("info") if name in olds else None
        for key, node in new.members() if new is not None and old is not None else ():
            was = old.get(key) if old is not None else None
            if was is None or plain(was.value) != plain(node.value):
                yield finding("info-changed", f"info.{key} changed", node, detail=f"{name}:{key}")
