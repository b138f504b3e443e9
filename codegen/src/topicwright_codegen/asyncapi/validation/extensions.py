"""The extensions with a meaning here, the objects that they are read in, and warnings for all others.

An extension with a misspelt name, or in another place, silently has no effect.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from topicwright_codegen.asyncapi.validation.outline import ENTRY, REFERENCE, Outline, is_extension
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import nearest
from topicwright_codegen.documents.node import Identity, Node

_MESSAGE = ("a message", "a message trait")
_SCHEMA = ("a schema", "a property")
_SERVICE = ("the document", "a service")
_ENDING = ("a channel", "an operation", "an operation trait", *_MESSAGE, *_SCHEMA)
EXTENSIONS: Final[dict[str, tuple[str, ...]]] = {
    "x-deprecated": _ENDING,
    "x-domain": ("a channel", *_SCHEMA),
    "x-domains": ("the document",),
    "x-envelope": ("the document", "a channel", *_MESSAGE),
    "x-envelope-data": _MESSAGE,
    "x-error": _MESSAGE,
    "x-event-type": _MESSAGE,
    "x-generated": ("a property",),
    "x-lenient": ("the document", *_MESSAGE, *_SCHEMA),
    "x-lint-ignore": ("a channel", "a message", "a parameter", *_SCHEMA, ENTRY),
    "x-mqtt": ("a channel", "an operation", "an operation trait", *_MESSAGE),
    "x-origin": ("the document", "a service", "a domain"),
    "x-owner": ("info", "a service", "a domain"),
    "x-partition-key": _MESSAGE,
    "x-receives": _SERVICE,
    "x-renamed-from": _MESSAGE,
    "x-replay-window": _MESSAGE,
    "x-reply": ("a channel", *_MESSAGE),
    "x-requests": _SERVICE,
    "x-sends": _SERVICE,
    "x-serves": _SERVICE,
    "x-service": ("an operation",),
    "x-services": ("the document",),
    "x-stream-until": ("a reply", *_MESSAGE),
    "x-sunset": _ENDING,
    "x-unit": _SCHEMA,
}
"""The extensions with a meaning, and the kinds of the objects that have them"""
_TABLES = {"x-domain": "x-domains", "x-service": "x-services"}
"""Extensions that name an entry of a table in their document."""
_OF_REPLIES = ("x-reply", "x-stream-until")
_ASKED = ("a channel", *_MESSAGE)
"""The objects whose replies count where a service lists a request."""
_NEAR = 0.85


def check_extensions(outline: Outline, diagnostics: Diagnostics, replies: Container[Identity]) -> None:
    """Report the extensions that are nearly one of ours, and ours where nothing reads them.

    ``replies`` are those about replies that an operation has.
    """
    failed = diagnostics.failed  # then a request may be missing because of an error
    for identity, node in outline.nodes.items():
        for key, child in () if identity in outline.names else node.members():
            if not is_extension(key):
                if f"x-{key}" in EXTENSIONS and "a service" in outline.kinds[identity]:
                    text = f"{key!r} means nothing in an entry of x-services"
                    diagnostics.warning("TW228", text, child, f"did you mean 'x-{key}'?")
                continue
            if key in EXTENSIONS:
                _check_place(key, child, outline.kinds[identity], diagnostics)
                if key in _OF_REPLIES and not failed and child.identity not in replies:
                    _report_reply(key, child, outline.kinds[identity], diagnostics)
                continue
            close = nearest(key.replace("_", "-"), EXTENSIONS, _NEAR)
            if close is not None:
                text = f"extension {key!r} means nothing here"
                diagnostics.warning("TW228", text, child, f"did you mean {close!r}?")


def _report_reply(key: str, node: Node, kinds: set[str], diagnostics: Diagnostics) -> None:
    """Report what a message says of a reply that no operation has."""
    if not kinds.isdisjoint(_ASKED):
        text = f"no service asks for this reply: {key} has no effect"
        diagnostics.warning("TW248", text, node, "list the request in x-requests and in x-serves")


def _check_place(key: str, node: Node, kinds: set[str], diagnostics: Diagnostics) -> None:
    """Report an extension in an object that is of no kind which has it, or with a name that its table does not list."""
    readers = EXTENSIONS[key]
    if kinds.isdisjoint(readers):
        kind = next((kind for kind in sorted(kinds) if kind not in ("", ENTRY)), "this object")
        where = "beside a $ref" if kind == REFERENCE else f"in {kind}"
        hint = "it belongs in " + " or ".join(reader for reader in readers if reader != ENTRY)
        diagnostics.warning("TW233", f"extension {key!r} has no effect {where}", node, hint)
        return
    # Other tools have such extensions too: without the table this is one of theirs.
    table = node.document.root.get(_TABLES[key]) if key in _TABLES else None
    if table is not None and isinstance(node.value, str) and table.get(node.value) is None:
        close = nearest(node.value, [name for name, _ in table.members()])
        hint = f"did you mean {close!r}?" if close is not None else f"add it to {_TABLES[key]}"
        diagnostics.warning("TW234", f"{_TABLES[key]} has no {node.value!r}: {key} has no effect", node, hint)
