"""The parts of a bundle: the files that it was made of, as the document declares them; see docs/bundle.md.

``x-domains`` names the files that channels come from and ``x-services`` those with operations; an ``x-domain`` or an
``x-service`` has a meaning only where it is one of these, because other tools may have such an extension too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from topicwright_codegen.asyncapi.model import Api, Operation, Part
from topicwright_codegen.asyncapi.reading.servers import (
    client_settings,
    requested_settings,
    requested_will,
    server_texts,
)
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.values import Map

FILES = "x-files"
"""Below the components of a bundle: objects whose names are used by another file too."""


def domain_of(node: Node) -> str:
    """Return the domain that a channel or a schema of a bundle declares, or an empty text."""
    declared = node.value.get("x-domain") if isinstance(node.value, Map) else None
    return declared if isinstance(declared, str) and _lists(node.document.root, "x-domains", declared) else ""


def file_of(node: Node) -> tuple[str, ...]:
    """Return a key of the file that a part of a document comes from; in a bundle it separates equal names."""
    path = node.pointer
    return (node.document.label, *path[2:3]) if path[:2] == ("components", FILES) else (node.document.label,)


def split(api: Api, root: View) -> Iterator[Api]:
    """Yield a document, then one for each service of a bundle."""
    parts = dict(_parts(root, "x-services"))
    groups: dict[str, list[Operation]] = {name: [] for name in parts}
    rest = [operation for operation in api.operations if not _put(operation, groups)]
    origin = root.text("x-origin") or ""
    domains = {name: part for name, (_, part) in _parts(root, "x-domains")}
    yield replace(api, operations=tuple(rest), origin=origin, domains=domains)
    for name, (view, part) in parts.items():
        if groups[name]:
            yield _service(api, name, part, _with_servers(root, view), groups[name])


def _lists(root: Node, key: str, name: str) -> bool:
    table = root.get(key)
    return table is not None and table.get(name) is not None


def _parts(root: View, key: str) -> Iterator[tuple[str, tuple[View, Part]]]:
    table = root.get(key)
    if table is not None and isinstance(table.node.value, Map):
        for name, _, view in root.entries(key):
            yield name, (view, Part(*(view.text(field) or "" for field in ("title", "description", "x-origin"))))


def _put(operation: Operation, groups: dict[str, list[Operation]]) -> bool:
    declared = operation.node.get("x-service")
    name = declared.value if declared is not None and isinstance(declared.value, str) else ""
    if name in groups:
        groups[name].append(operation)
    return name in groups


def _with_servers(root: View, part: View) -> View:
    """Return the document as if it had only the servers that one of its services names."""
    listed = {key: (entry, view.node.identity) for key, entry, view in root.entries("servers")}
    servers = Map()
    for node in part.elements("servers") or ():
        key = _server(node, {name: identity for name, (_, identity) in listed.items()}, root)
        if key is not None:
            servers[key] = listed[key][0].value
    value = Map()
    value["servers"] = servers
    return View(root.source, (Node(root.node.document, (), value),))


def _server(node: Node, listed: Mapping[str, Identity], root: View) -> str | None:
    """Return the key of a server that a service names or refers to; None after an error."""
    if isinstance(node.value, str):
        key = node.value if node.value in listed else None
    else:
        target = root.source.resolve(node)
        if target is None:
            return None
        key = next((name for name, identity in listed.items() if identity == target.identity), None)
    if key is None:
        text = f"the document has no server {node.value!r}" if isinstance(node.value, str) else "this is no server"
        hint = did_you_mean(node.value, listed, "name a key of servers, or refer to one")
        root.source.diagnostics.error("TW249", text, node, hint)
    return key


def _service(api: Api, name: str, part: Part, servers: View, operations: list[Operation]) -> Api:
    return replace(
        api,
        title=part.title,
        text=part.text,
        channels=(),
        operations=tuple(operations),
        settings=client_settings(servers),
        client_ids=server_texts(servers, "clientId"),
        wills=server_texts(servers, "lastWill", "topic"),
        asked=requested_settings(servers),
        will=requested_will(servers),
        service=name,
        origin=part.origin,
        domains={},
    )
