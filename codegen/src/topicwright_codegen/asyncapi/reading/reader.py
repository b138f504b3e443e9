"""AsyncAPI documents to the AsyncAPI model: the parts that all versions share, and the choice of the version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from topicwright_codegen.asyncapi.model import Api, Channel, Operation
from topicwright_codegen.asyncapi.reading.bundle_parts import split
from topicwright_codegen.asyncapi.reading.servers import (
    check_servers,
    client_settings,
    requested_settings,
    requested_will,
    server_texts,
)
from topicwright_codegen.asyncapi.reading.version2 import Reader2
from topicwright_codegen.asyncapi.reading.version3 import Reader3
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Document
from topicwright_codegen.documents.source import Source

_FIELDS = ("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "components")
_FIELDS_OF = {"2": frozenset((*_FIELDS, "tags", "externalDocs")), "3": frozenset((*_FIELDS, "operations"))}
_VERSION = re.compile(r"(?:2\.[0-6]|3\.[01])\.\d+(?:-[\w.-]+)?\Z")


def read_apis(documents: Iterable[Document], source: Source) -> list[Api]:
    """Return the model of each document; their problems are in the source's diagnostics."""
    readers = {"2": Reader2(source).parts, "3": Reader3(source).parts}
    apis: list[Api] = []
    for document in documents:
        root = View(source, (document.root,))
        api = _document(root, readers)
        if api is not None:
            apis += split(api, root)
    return apis


def _document(view: View, readers: Mapping[str, Callable[[View], tuple[list[Channel], list[Operation]]]]) -> Api | None:
    version, diagnostics = view.text("asyncapi"), view.source.diagnostics
    if version is None or not _VERSION.match(version):
        message = f"AsyncAPI {version} is not supported" if version else "no AsyncAPI version"
        diagnostics.error("TW203", message, view.raw("asyncapi") or view.node, "2.0.0 to 2.6.0, 3.0.0 and 3.1.0 are")
        return None
    view.check_fields("the document", _FIELDS_OF[version[0]])
    info = view.object("info")
    if info is None or not (info.has("title") and info.has("version")):
        diagnostics.error("TW204", "info with a title and a version is missing", view.raw("info") or view.node)
        info = info or view
    check_servers(view)
    channels, operations = readers[version[0]](view)
    return Api(
        view.node.document,
        info.text("title") or "",
        info.text("description") or "",
        tuple(channels),
        tuple(operations),
        client_settings(view),
        server_texts(view, "clientId"),
        server_texts(view, "lastWill", "topic"),
        asked=requested_settings(view),
        will=requested_will(view),
    )
