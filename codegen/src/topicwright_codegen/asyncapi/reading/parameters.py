"""Addresses and their parameters, in every version of AsyncAPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from topicwright_codegen.asyncapi.model import Located, Parameter
from topicwright_codegen.asyncapi.reading.messages import prose
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Seq, Value
from topicwright_codegen.topic_filters import PLACEHOLDER

_FIELDS = frozenset(("enum", "default", "description", "examples", "location"))
_FIELDS_2 = frozenset(("description", "schema", "location"))
_SCHEMA_DONE = frozenset(("enum", "const", "default", "title", "description", "examples", "example", "$ref"))


def read_parameters(view: View, address: Located[str] | None, schemas: bool = False) -> tuple[Parameter, ...]:
    """Return the parameters of a channel in the order of its address; ``schemas`` as AsyncAPI 2 has them."""
    read = _with_schema if schemas else _parameter
    declared = {name: read(name, entry) for name, _, entry in view.entries("parameters")}
    names = list(dict.fromkeys(PLACEHOLDER.findall(address.value))) if address else []
    for name, parameter in declared.items():
        # Where the address has none at all, the parameters belong to something else, such as the query of a WebSocket.
        report = view.source.diagnostics.error if names else view.source.diagnostics.warning
        if name not in names:
            report("TW206", f"parameter {name!r} is not in the address", parameter.node)
    return tuple(_declared(name, declared, view, address.node) for name in names if address)


def _declared(name: str, declared: Mapping[str, Parameter], view: View, address: Node) -> Parameter:
    if name in declared:
        return declared[name]
    # A wrong entry of the channel has an error already.
    parameters = view.raw("parameters")
    if parameters is None or parameters.get(name) is None:
        text = f"parameter {name!r} of the address is not declared: it takes any text"
        view.source.diagnostics.warning("TW205", text, address, "add it to parameters")
    return Parameter(name, address, "", (), None)


def _parameter(name: str, view: View) -> Parameter:
    view.check_fields("a parameter", _FIELDS)
    return _checked(
        Parameter(name, view.node, view.text("description") or "", view.texts("enum"), view.text("default")), view
    )


def _with_schema(name: str, view: View) -> Parameter:
    """Return a parameter of AsyncAPI 2: the values of its schema are texts in the topic."""
    view.check_fields("a parameter", _FIELDS_2)
    schema = view.object("schema")
    if schema is None:
        return Parameter(name, view.node, view.text("description") or "", (), None)
    values = schema.raw("enum")
    listed = list(values.value) if values is not None and isinstance(values.value, Seq) else []
    const, default = schema.raw("const"), schema.raw("default")
    enum = tuple(map(_text, listed or ([const.value] if const else [])))
    _report_unused(name, schema)
    text = view.text("description") or prose(schema)
    return _checked(Parameter(name, view.node, text, enum, _text(default.value) if default else None), view)


def _text(value: Value) -> str:
    """Return the text of a value in a topic."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _report_unused(name: str, schema: View) -> None:
    keywords = [key for key, _ in schema.node.members() if key not in _SCHEMA_DONE and not key.startswith("x-")]
    if schema.node.get("enum") is not None or schema.text("type") == "string":
        keywords = [key for key in keywords if key != "type"]
    if keywords:
        message = f"parameter {name!r} is a text: {', '.join(map(repr, keywords))} of its schema is not checked"
        schema.source.diagnostics.warning("TW219", message, schema.node)


def _checked(parameter: Parameter, view: View) -> Parameter:
    if parameter.enum and parameter.default is not None and parameter.default not in parameter.enum:
        message = f"default {parameter.default!r} is not among the enum values: the parameter has no default"
        view.source.diagnostics.warning("TW207", message, view.node, "correct it")
        return replace(parameter, default=None)
    return parameter
