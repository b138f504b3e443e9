"""The catalog as one AsyncAPI 3.0 document, put together from what the compiler has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from topicwright_codegen.asyncapi.apis import channels_of, origin_of, service_name
from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.short.lists import LISTS
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.bundle.channels import Channels
from topicwright_codegen.bundle.copier import Copier, Object
from topicwright_codegen.bundle.invalid_bindings import BUNDLE_VERSION, move_invalid_bindings
from topicwright_codegen.bundle.messages import Messages
from topicwright_codegen.bundle.operations import Operations
from topicwright_codegen.bundle.schemas import Schemas
from topicwright_codegen.bundle.servers import Servers
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.documents.source import Source

_BESIDE = ("tags", "externalDocs")
"""Fields beside info up to AsyncAPI 2, and in it since AsyncAPI 3."""
_NOT_PARTS = ("version", "termsOfService", "contact", "license", *_BESIDE)
_REWRITTEN = frozenset(("x-envelope", "x-lenient", "x-origin", "x-domains", "x-services", *LISTS))


def bundle(apis: Sequence[Api], catalog: Catalog, source: Source, title: str) -> Object:
    """Return the document, with ``title`` where it is made of several; problems are in the source's diagnostics."""
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
    move_invalid_bindings(document)
    return document


def _head(apis: Sequence[Api], title: str, copier: Copier) -> Object:
    """Return version and info: those of the one document, or of all of them together."""
    roots = [View(copier.source, (document.root,)) for document in dict.fromkeys(api.document for api in apis)]
    return _head_of_one(roots[0], copier) if len(roots) == 1 else _head_of_several(roots, title)


def _head_of_several(roots: Sequence[View], title: str) -> Object:
    versions = {info.text("version") or "" for root in roots if (info := root.object("info")) is not None}
    version = versions.pop() if len(versions) == 1 else "several"
    return {"asyncapi": BUNDLE_VERSION, "info": {"title": title, "version": version}}


def _head_of_one(root: View, copier: Copier) -> Object:
    info = root.object("info")
    assert info is not None
    beside = {key: copier.copy(raw) for key in _BESIDE if (raw := root.raw(key)) is not None}
    made: Object = {"asyncapi": BUNDLE_VERSION, "info": {**beside, **copier.fields(info, ())}}
    return made | copier.fields(root, [key for key, _ in root.node.members() if not _is_kept(key)])


def _is_kept(key: str) -> bool:
    """Return whether a document that is bundled alone keeps a field of its root as it is."""
    return key == "id" or (key.startswith("x-") and key not in _REWRITTEN)


def _layout(apis: Sequence[Api], domains: Mapping[str, str], servers: Servers) -> Object:
    """Return the domains and the services of the catalog, which were files, as extensions."""
    several = len({api.document for api in apis}) > 1
    domain_table: Object = {}
    services: Object = {}
    for api in apis:
        if api.document.label in domains:
            domain_table[domains[api.document.label]] = _described(api, servers.copier)
        domain_table |= _table(api, "x-domains", servers.copier) if api.domains else {}
        references = servers.of_service(api, several)
        if api.operations and len(apis) > 1:
            services[service_name(api)] = _service(api, references, servers.copier)
    for name in domains.values():
        domain_table.setdefault(name, {})
    return {key: table for key, table in (("x-domains", domain_table), ("x-services", services)) if table}


def _service(api: Api, references: list[Object], copier: Copier) -> Object:
    entry = _described(api, copier)
    return {**entry, "servers": references} if references else entry


def _described(api: Api, copier: Copier) -> Object:
    """Return title, description and extensions of a document, or of a part of a bundle, and the file that it was."""
    if api.service:
        entry = cast(Object, _table(api, "x-services", copier)[api.service])
        kept = {key: value for key, value in entry.items() if key != "servers" and key not in LISTS}
        return {**kept, "x-origin": api.label}
    info = View(copier.source, (api.document.root,)).object("info")
    copied = copier.fields(info, _NOT_PARTS) if info else {}
    return {**copied, "x-origin": api.label}


def _table(api: Api, key: str, copier: Copier) -> Object:
    table = View(copier.source, (api.document.root,)).object(key)
    return copier.fields(table, ()) if table else {}
