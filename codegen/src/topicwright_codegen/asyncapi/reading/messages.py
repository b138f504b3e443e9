"""Messages of a channel, in every version of AsyncAPI: their names and contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from topicwright_codegen.asyncapi.deprecation import read_deprecation
from topicwright_codegen.asyncapi.leniencies import KEY, located_leniencies
from topicwright_codegen.asyncapi.model import Located, Message
from topicwright_codegen.asyncapi.reading.mqtt_bindings import bound_content_type, declared_delivery
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.dialects import format_around, is_json_schema
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.pointers import tokens

COMMON = ("title", "summary", "description", "tags", "externalDocs", "bindings")
"""The fields that most objects have."""
FIELDS = frozenset(
    (*COMMON, "headers", "payload", "correlationId", "contentType", "name", "examples", "traits", "deprecated")
)
ENVELOPES = ("tars", "cloudevents", "none")


def read_message(entry: Node, key: str, node: Node, view: View, root: View) -> Message:
    """Return a message.

    Args:
        entry: where the channel lists it.
        key: its key in the channel.
        node: where it is defined.
        view: the definition with its traits.
        root: the document of the channel.
    """
    written, schema_format = _payload(view)
    pointer = _pointer(view)
    payload = _data_in(written, pointer, view)
    headers = (layer.get("headers") for layer in view.nodes)
    content_type = view.text("contentType") or bound_content_type(view) or root.text("defaultContentType")
    return Message(
        key=key,
        node=node,
        entry=entry,
        event_type=event_type(view, key, entry),
        text=prose(view),
        content_type=content_type or "application/json",
        schema_format=schema_format,
        payload=payload,
        schema=view.source.resolve(payload) if payload is not None and is_json_schema(schema_format) else None,
        headers=tuple(schema for schema in headers if schema is not None),
        correlation=_correlation(view, pointer),
        envelope=envelope(view),
        former_types=view.texts("x-renamed-from"),
        partition_key=_partition_key(view),
        replay_window=replay_window(view),
        is_error=view.flag("x-error") or False,
        deprecation=read_deprecation(view),
        lenient=_lenient(view, root),
        delivery=declared_delivery(view),
    )


def envelope(view: View) -> str | None:
    """Return the envelope that a document, a channel or a message declares."""
    text = view.text("x-envelope")
    if text is not None and text not in ENVELOPES:
        hint = "one of " + ", ".join(ENVELOPES)
        view.source.diagnostics.error(
            "TW208", f"unknown x-envelope {text!r}", view.raw("x-envelope") or view.node, hint
        )
        return None
    return text


def _partition_key(view: View) -> Located[str] | None:
    text, raw = view.text("x-partition-key"), view.raw("x-partition-key")
    return None if text is None or raw is None else Located(text, raw)


def replay_window(view: View) -> int | None:
    """Return the declared number of acknowledged messages that are published again after a reconnect."""
    raw = view.raw("x-replay-window")
    if raw is None:
        return None
    value = raw.value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    view.source.diagnostics.error("TW229", "x-replay-window is no number of messages", raw, "0 or more")
    return None


def _lenient(view: View, root: View) -> tuple[Located[str], ...]:
    diagnostics = view.source.diagnostics
    return tuple(item for at in (view, root) for item in located_leniencies(at.raw(KEY), diagnostics))


def prose(view: View) -> str:
    """Return the text of a docstring: summary and description, else the title."""
    parts = [text.strip() for key in ("summary", "description") if (text := view.text(key))]
    return "\n\n".join(dict.fromkeys(parts)) or (view.text("title") or "").strip()


def once(messages: Iterable[Message]) -> Iterable[Message]:
    """Leave out the later of two entries for one definition that has a name: they are one event."""
    seen: set[tuple[Identity, str]] = set()
    for message in messages:
        key = message.node.identity, message.event_type.value
        if key not in seen:
            seen.add(key)
            yield message


def with_distinct_names(messages: Iterable[Message], envelope_of_channel: str) -> Iterable[Message]:
    """Name bare messages of one channel by their keys where their names are equal: payloads do not carry names."""
    listed = list(messages)
    names = Counter(message.event_type.value for message in listed)
    for message in listed:
        bare = (message.envelope or envelope_of_channel) == "none"
        if bare and names[message.event_type.value] > 1:
            yield replace(message, event_type=Located(message.key, message.entry))
        else:
            yield message


def event_type(view: View, key: str, entry: Node) -> Located[str]:
    """Return the event type of a message, listed as ``entry`` under ``key``."""
    for name in ("x-event-type", "name"):
        text = view.text(name)
        if text:
            return Located(text, view.raw(name) or entry)
    return Located(key, entry)


def _payload(view: View) -> tuple[Node | None, str | None]:
    """Return payload and schema format: of the message (2.x), or of a multi format schema object (3.x)."""
    payload, declared = view.raw("payload"), view.text("schemaFormat")
    inner = payload.get("schema") if payload is not None and payload.get("schemaFormat") is not None else None
    if payload is not None and inner is not None:
        payload, declared = inner, View(view.source, (payload,)).text("schemaFormat")
    if payload is None or not is_json_schema(declared):
        return payload, declared
    target = view.source.resolve(payload)
    return payload, (None if target is None else format_around(target)) or declared


def _pointer(view: View) -> str:
    """Return the pointer from a payload that is written with its envelope to the data; empty where it has none."""
    pointer = view.text("x-envelope-data") or ""
    if pointer and not pointer.startswith("/"):
        text = f"x-envelope-data {pointer!r} is a pointer without its slash"
        view.source.diagnostics.warning("TW111", text, view.raw("x-envelope-data") or view.node, f"write /{pointer}")
        return f"/{pointer}"
    return pointer


def _data_in(payload: Node | None, pointer: str, view: View) -> Node | None:
    """Return the part of a payload that is the data, where the payload is written with its envelope."""
    data = payload
    for token in tokens(pointer):
        resolved = view.source.resolve(data) if data is not None else None
        data = resolved.step(token) if resolved else None
    if data is None and payload is not None:
        at = view.raw("x-envelope-data") or view.node
        text, hint = f"x-envelope-data {pointer!r} is not in the payload", "such as /properties/data"
        view.source.diagnostics.error("TW230", text, at, hint)
    return data


def _correlation(view: View, pointer: str) -> Located[str] | None:
    correlation = view.object("correlationId")
    location = correlation.text("location") if correlation else None
    if correlation is None or not location:
        return None
    # In a bundle the location is one in the envelope; everywhere else the data is the payload.
    start = "$message.payload#" + pointer.replace("/properties/", "/")
    if pointer and location.startswith(f"{start}/"):
        location = "$message.payload#" + location.removeprefix(start)
    return Located(location, correlation.node)
