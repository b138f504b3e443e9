"""The catalog as one AsyncAPI 3.0 document, put together from what the compiler has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from topicwright_codegen.asyncapi.apis import channels_of, origin_of, service_name
from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.bundle.channels import Channels
from topicwright_codegen.bundle.copier import Copier, Object
from topicwright_codegen.bundle.invalid_bindings import VERSION, set_aside
from topicwright_codegen.bundle.messages import Messages
from topicwright_codegen.bundle.operations import Operations
from topicwright_codegen.bundle.schemas import Schemas
from topicwright_codegen.bundle.servers import Servers
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.documents.source import Source

_BESIDE = ("tags", "externalDocs")
"""What stands beside info up to AsyncAPI 2, and in it since."""
_NOT_PARTS = ("version", "termsOfService", "contact", "license", *_BESIDE)
_REWRITTEN = frozenset(("x-envelope", "x-origin", "x-domains", "x-services"))


def bundle(apis: Sequence[Api], catalog: Catalog, source: Source, title: str) -> Object:
    """Return the document, by ``title`` where it is made of several; what is wrong is in the source's diagnostics."""
    channels = channels_of(apis)
    files = dict.fromkeys(channel.document for channel in channels)
    domains = {document.label: document.path.stem for document in files} if len(files) > 1 else {}
    schemas = Schemas(source, domains)
    for loaded in list(source.documents.values()):
        if loaded is not None:
            schemas.add_named(loaded)
    copier = Copier(source, schemas.schema)
    servers = Servers(copier)
    layout = _layout(apis, domains, servers)
    topics = {topic.key: topic for topic in catalog.topics}
    components: Object = {}
    writer = Channels(copier, Messages(copier, schemas), servers, topics, domains, components)
    listed = writer.all(channels)
    operations = Operations(copier, writer, servers).all(apis)
    schemas.place(components)
    made = {**_head(apis, title, copier), "x-origin": origin_of(apis, source), **layout, "servers": servers.made}
    made |= {"defaultContentType": "application/json", "channels": listed, "operations": operations}
    document = {key: value for key, value in {**made, "components": components}.items() if value != {}}
    set_aside(document)
    return document


def _head(apis: Sequence[Api], title: str, copier: Copier) -> Object:
    """Return version and info: those of the one document, or of all of them together."""
    roots = [View(copier.source, (document.root,)) for document in dict.fromkeys(api.document for api in apis)]
    infos = [info for root in roots if (info := root.object("info")) is not None]
    if len(roots) != 1:
        versions = {info.text("version") or "" for info in infos}
        version = versions.pop() if len(versions) == 1 else "several"
        return {"asyncapi": VERSION, "info": {"title": title, "version": version}}
    root, (info,) = roots[0], infos
    beside = {key: copier.copy(found) for key in _BESIDE if (found := root.raw(key)) is not None}
    made: Object = {"asyncapi": VERSION, "info": {**beside, **copier.fields(info, ())}}
    kept = {key for key, _ in root.node.members() if key == "id" or (key.startswith("x-") and key not in _REWRITTEN)}
    return made | copier.fields(root, [key for key, _ in root.node.members() if key not in kept])


def _layout(apis: Sequence[Api], domains: Mapping[str, str], servers: Servers) -> Object:
    """Return what the files said by being files; a document alone says it as it is."""
    several = len({api.document for api in apis}) > 1
    said: Object = {}
    services: Object = {}
    for api in apis:
        if api.document.label in domains:
            said[domains[api.document.label]] = _described(api, servers.copier)
        said |= _table(api, "x-domains", servers.copier) if api.domains else {}
        references = servers.of_service(api, several)
        if api.operations and len(apis) > 1:
            entry = _described(api, servers.copier)
            services[service_name(api)] = {**entry, "servers": references} if references else entry
    for name in domains.values():
        said.setdefault(name, {})
    return {key: table for key, table in (("x-domains", said), ("x-services", services)) if table}


def _described(api: Api, copier: Copier) -> Object:
    """Return title, description and extensions of a document, or of a part of a bundle, and the file that it was."""
    if api.service:
        entry = cast(Object, _table(api, "x-services", copier)[api.service])
        return {key: value for key, value in entry.items() if key != "servers"}
    info = View(copier.source, (api.document.root,)).object("info")
    kept = copier.fields(info, _NOT_PARTS) if info else {}
    return {**kept, "x-origin": api.label}


def _table(api: Api, key: str, copier: Copier) -> Object:
    found = View(copier.source, (api.document.root,)).object(key)
    return copier.fields(found, ()) if found else {}
