"""Servers and security of a bundle, those of AsyncAPI 2 in the form of AsyncAPI 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from topicwright_codegen.asyncapi.apis import service_name
from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.view import View, is_version_2
from topicwright_codegen.bundle.copier import Copier, Object
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.pointers import pointer_of
from topicwright_codegen.documents.values import Seq


@dataclass(slots=True)
class Servers:
    """Collects the servers of all documents under keys of their own."""

    copier: Copier
    made: Object = field(default_factory=dict[str, object])
    _keys: dict[Identity, str] = field(default_factory=dict[Identity, str])

    def of_service(self, api: Api, several: bool) -> list[Object]:
        """Add the servers of a document, and return references to those of the service.

        Where there are ``several`` documents a key gets the name of the service in front.
        """
        root = View(self.copier.source, (api.document.root,))
        name = service_name(api)
        keys = [self._add(f"{name}-{key}" if several else key, view) for key, _, view in root.entries("servers")]
        if not api.service:
            return [{"$ref": pointer_of(("servers", key))} for key in keys]
        table = root.object("x-services")
        entry = table.object(name) if table else None
        return self.named(entry) if entry else []

    def _add(self, key: str, view: View) -> str:
        if view.node.identity not in self._keys:
            while key in self.made:
                key += "_"
            self._keys[view.node.identity] = key
            self.made[key] = self._server(view)
        return self._keys[view.node.identity]

    def _server(self, view: View) -> Object:
        made = self.copier.fields(view, ("url", "security"))
        url = view.text("url")
        if url is not None:
            made = {**_address(url), **made}
        security = self.security(view)
        return {**made, "security": security} if security else made

    def named(self, view: View) -> list[Object]:
        """Return references to the servers that a channel names."""
        root = view.node.document.root
        listed = view.elements("servers") or []
        by_key = {key: server.node for key, _, server in View(self.copier.source, (root,)).entries("servers")}
        resolve = self.copier.source.resolve
        nodes = (by_key.get(node.value) if isinstance(node.value, str) else resolve(node) for node in listed)
        keys = (self._keys.get(node.identity) for node in nodes if node is not None)
        return [{"$ref": pointer_of(("servers", key))} for key in keys if key is not None]

    def security(self, view: View) -> list[object]:
        """Return the security schemes of a server or an operation."""
        listed = view.elements("security") or []
        if not is_version_2(view.node.document):
            return [self.copier.copy(node) for node in listed]
        return list(self._schemes(view, listed))

    def _schemes(self, view: View, listed: Iterable[Node]) -> Iterator[object]:
        root = View(self.copier.source, (view.node.document.root,))
        components = root.object("components")
        schemes = {key: scheme for key, _, scheme in components.entries("securitySchemes")} if components else {}
        for node in listed:
            for name, scopes in node.members():
                if name in schemes:
                    yield _scheme(self.copier.fields(schemes[name], ()), scopes)


def _address(url: str) -> Object:
    """Return the host and the path of a URL, which may have variables in braces anywhere."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = (rest if mark else scheme).partition("/")
    return {"host": host, "pathname": slash + path} if path else {"host": host}


def _scheme(scheme: Object, scopes: Node) -> Object:
    """Return a security scheme as AsyncAPI 3 has it: with the requested scopes in it."""
    flows = scheme.get("flows")
    if isinstance(flows, dict):
        scheme["flows"] = {key: _flow(flow) for key, flow in cast(Object, flows).items()}
    if isinstance(scopes.value, Seq) and scopes.value and scheme.get("type") in ("oauth2", "openIdConnect"):
        scheme["scopes"] = list(scopes.value)
    return scheme


def _flow(flow: object) -> object:
    if not isinstance(flow, dict):
        return flow
    return {("availableScopes" if key == "scopes" else key): value for key, value in cast(Object, flow).items()}
