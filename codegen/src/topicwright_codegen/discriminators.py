"""The discriminator of AsyncAPI (a field's name) and of OpenAPI (an object with ``propertyName``)."""

from __future__ import annotations

from topicwright_codegen.documents import Node
from topicwright_codegen.shapes import shape_of
from topicwright_codegen.source import Source
from topicwright_codegen.values import Map


def check_discriminator(node: Node, branches: Node, source: Source) -> None:
    """Report the branches of a union that do not say themselves which value of the discriminator is theirs.

    The value is the name of the schema by the specification, but what validates JSON does not know that, and documents
    use other values. So a branch is chosen by what it says: its ``const`` or ``enum``, and its fields.
    """
    said = node.get("discriminator")
    name = said.get("propertyName") if said is not None and isinstance(said.value, Map) else said
    if said is None or name is None or not isinstance(name.value, str):
        return
    for branch in branches.elements():
        target = source.resolve(branch)
        if target is not None and isinstance(target.value, Map) and not _is_constant(target, name.value, source):
            text = f"no const for the discriminator {name.value!r} here: its other fields decide what a message is"
            source.diagnostics.warning("TW424", text, branch, "give the field a const in the schema it refers to")


def _is_constant(schema: Node, name: str, source: Source) -> bool:
    field = shape_of(schema, source).properties.get(name)
    resolved = None if field is None else source.resolve(field)
    return resolved is not None and (resolved.get("const") is not None or resolved.get("enum") is not None)
