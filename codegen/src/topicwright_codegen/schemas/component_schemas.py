"""The schemas among the components of a document."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.reading.bundle_parts import FILES
from topicwright_codegen.documents.dialects import wrapped
from topicwright_codegen.documents.node import Document, Node


def component_schemas(document: Document) -> Iterator[Node]:
    """Yield the schemas of a document's components; those of a bundle are also below the files they came from."""
    components = document.root.get("components")
    if components is None:
        return
    files = components.get(FILES)
    parts = [part for _, part in files.members()] if files is not None else []
    for part in (components, *parts):
        schemas = part.get("schemas")
        if schemas is not None:
            yield from (wrapped(node) or node for _, node in schemas.members())
