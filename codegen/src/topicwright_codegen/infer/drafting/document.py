"""The draft as one AsyncAPI document."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from topicwright_codegen.infer.drafting.channels import Channel
from topicwright_codegen.infer.drafting.comments import line
from topicwright_codegen.infer.drafting.nodes import (
    Node,
    in_one_line,
    is_mapping,
    is_sequence,
    mapping,
    sequence,
)
from topicwright_codegen.infer.payloads.envelopes import ENVELOPES, Envelope
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
    for envelope in ENVELOPES:
        if 2 * found[envelope] > len(events):
            return envelope
    return "none"


def document_of(channels: Sequence[Channel], pairs: Sequence[Pair], envelope: Envelope, title: str) -> Node:
    """Return the document."""
    out = mapping(asyncapi="3.0.0")
    out["info"] = mapping(title=title, version="0.1.0")
    out["defaultContentType"] = "application/json"
    if envelope != "none":
        out["x-envelope"] = envelope
    listed = out["channels"] = mapping()
    schemas = mapping()
    by_pattern = {channel.address.pattern: channel for channel in channels}
    requests: list[str] = []
    for pair in pairs:
        requests += _add_pair(by_pattern.get(pair.request), by_pattern.get(pair.reply), pair)
    for channel in channels:
        listed[channel.key] = channel.body
        listed.yaml_set_comment_before_after_key(channel.key, before="\n".join(channel.comments), indent=2)
        for key, schema in channel.schemas.items():
            schemas[key] = schema
    if schemas:
        out["components"] = mapping(schemas=schemas)
    if requests:
        out["x-services"] = _services(requests)
        text = "What was heard does not say which program sends it: name your services, and what else they send."
        out.yaml_set_comment_before_after_key("x-services", before=text)
    out.yaml_set_start_comment("\n".join(_HEAD))
    return out


def _add_pair(request: Channel | None, reply: Channel | None, pair: Pair) -> list[str]:
    """Write a request and its reply, or a question where the evidence is weak; return the events that ask."""
    if request is None or reply is None:
        return []
    if not pair.sure:
        request.comments.append(line(f"a request? {pair.evidence}"))
        return []
    request.comments.append(line(f"a request: {pair.evidence}"))
    answers = [message["name"] for message in reply.body["messages"].values()]
    asks = [message["name"] for message in request.body["messages"].values()]
    request.body.insert(list(request.body).index("messages"), "x-reply", answers[0] if len(answers) == 1 else answers)
    for channel, name in ((request, pair.asked_in), (reply, pair.answered_in)):
        for message in channel.body["messages"].values():
            if name and "contentType" not in message:
                message["correlationId"] = mapping(location=f"$message.payload#/{name}")
                in_one_line(message["correlationId"])
    return asks


def _services(requests: Sequence[str]) -> Node:
    out = mapping()
    for key, title, verb in (("requester", "Who asks", "x-requests"), ("responder", "Who answers", "x-serves")):
        out[key] = mapping(title=title)
        out[key][verb] = sequence(requests)
        if sum(map(len, requests)) < 80:
            in_one_line(out[key][verb])
    return out


def yaml_of(document: Node) -> str:
    """Return the document as YAML."""
    text = io.StringIO()
    _yaml().dump(_quoted(document), text)
    return text.getvalue()


def read_document(text: str) -> Any:
    """Return a document with its comments."""
    return _yaml().load(text)


def _yaml() -> Any:
    yaml: Any = YAML()
    yaml.width = 120
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.ignore_aliases = _never
    return yaml


def _never(_: object) -> bool:
    return True


def _quoted(node: Any) -> Any:
    """Quote the texts that YAML 1.1 reads as something else."""
    if is_mapping(node):
        for key, value in node.items():
            node[key] = _quoted(value)
    elif is_sequence(node):
        for at, value in enumerate(node):
            node[at] = _quoted(value)
    elif type(node) is str and node.lower() in _WORDS_OF_1_1:
        return SingleQuotedScalarString(node)
    return node
