"""The draft as one AsyncAPI document."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from topicwright_codegen.infer.drafting.channels import Channel
from topicwright_codegen.infer.drafting.comments import line
from topicwright_codegen.infer.payloads.envelopes import Envelope
from topicwright_codegen.infer.payloads.events import Observed
from topicwright_codegen.infer.payloads.pairs import Pair

_WORDS_OF_1_1: Final = frozenset(("on", "off", "yes", "no", "y", "n"))
"""Texts that YAML 1.1 reads as booleans, where YAML 1.2 reads them as texts."""
_HEAD: Final = (
    "A draft, made by `topicwright infer` from what a broker sent. Rename, describe and tighten what is here:",
    "the next run adds what is new and keeps your text. A question in a comment is for you to answer.",
)


def envelope_of_document(heard: Iterable[Observed]) -> Envelope:
    """Return the envelope that most events have."""
    events = [event for observed in heard for event in observed.events.values() if event.kind == "json"]
    found = Counter(event.envelope for event in events)
    envelope, number = found.most_common(1)[0] if found else ("none", 0)
    return envelope if 2 * number > len(events) else "none"


def document_of(channels: Sequence[Channel], pairs: Sequence[Pair], envelope: Envelope, title: str) -> CommentedMap:
    """Return the document."""
    out = CommentedMap(asyncapi="3.0.0")
    out["info"] = CommentedMap(title=title, version="0.1.0")
    out["defaultContentType"] = "application/json"
    if envelope != "none":
        out["x-envelope"] = envelope
    listed = out["channels"] = CommentedMap()
    operations, schemas = CommentedMap(), CommentedMap()
    for channel in channels:
        listed[channel.key] = channel.body
        listed.yaml_set_comment_before_after_key(channel.key, before="\n".join(channel.comments), indent=2)
        operations[_camel("send", channel.key)] = _operation(channel)
        for key, schema in channel.schemas.items():
            schemas[key] = schema
    out["operations"] = operations
    by_pattern = {channel.address.pattern: channel for channel in channels}
    for pair in pairs:
        add_pair(operations, by_pattern.get(pair.request), by_pattern.get(pair.reply), pair)
    if schemas:
        out["components"] = CommentedMap(schemas=schemas)
    out.yaml_set_start_comment("\n".join(_HEAD))
    return out


def _camel(verb: str, key: str) -> str:
    return f"{verb}{key[:1].upper()}{key[1:]}"


def _operation(channel: Channel) -> CommentedMap:
    out = CommentedMap(action="send")
    out["channel"] = _ref("channels", channel.key)
    mqtt = CommentedMap(qos=channel.qos, retain=channel.retain)
    if channel.expiry:
        mqtt["messageExpiryInterval"] = channel.expiry
    mqtt.fa.set_flow_style()
    out["bindings"] = CommentedMap(mqtt=mqtt)
    return out


def add_pair(operations: CommentedMap, request: Channel | None, reply: Channel | None, pair: Pair) -> None:
    """Write a request and its reply, or a question where the evidence is weak."""
    if request is None or reply is None:
        return
    key = _camel("send", request.key)
    if pair.sure:
        operations[key]["reply"] = CommentedMap(channel=_ref("channels", reply.key))
    text = line(pair.evidence if pair.sure else f"a request? {pair.evidence}")
    operations.yaml_set_comment_before_after_key(key, before=text, indent=2)


def _ref(table: str, key: str) -> CommentedMap:
    out = CommentedMap()
    out["$ref"] = f"#/{table}/{key}"
    out.fa.set_flow_style()
    return out


def yaml_of(document: CommentedMap) -> str:
    """Return the document as YAML."""
    text = io.StringIO()
    _yaml().dump(_quoted(document), text)
    return text.getvalue()


def read_document(text: str) -> Any:
    """Return a document with its comments."""
    return _yaml().load(text)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 120
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.ignore_aliases = lambda data: True
    return yaml


def _quoted(node: Any) -> Any:
    """Quote the texts that YAML 1.1 reads as something else."""
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            node[key] = _quoted(value)
    elif isinstance(node, CommentedSeq):
        for at, value in enumerate(node):
            node[at] = _quoted(value)
    elif type(node) is str and node.lower() in _WORDS_OF_1_1:
        return SingleQuotedScalarString(node)
    return node
