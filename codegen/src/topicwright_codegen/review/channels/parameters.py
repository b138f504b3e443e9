"""Parameters of an address before and after: their names, levels, values and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Parameter
from topicwright_codegen.documents.node import Node
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.keyword_walk import Keywords, changed_places, keywords_of
from topicwright_codegen.review.schemas.unchecked_keywords import rule_of
from topicwright_codegen.review.sides.descriptions import ABSENT
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.json_schema.definitions import ASSERTIONS
from topicwright_codegen.topic_filters import filter_of


def review_parameters(pair: TopicPair, after: Side) -> Iterator[Finding]:
    """Yield changes of the parameters; several channels may refer to one."""
    olds = {parameter.name: parameter for parameter in pair.old.params}
    news = {parameter.name: parameter for parameter in pair.new.params}
    yield from _names(pair, olds, news, after)
    views = {name: view for name, _, view in View(after.source, (pair.new.channel,)).entries("parameters")}
    for name in sorted(olds.keys() & news.keys()):
        yield from _values(pair, olds[name], news[name], views.get(name))
    yield from _levels(pair)


def review_parameter_schemas(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of the schemas that AsyncAPI 2 gives to parameters, beyond the values that are listed."""
    olds = {name: view for name, _, view in View(before.source, (pair.old.channel,)).entries("parameters")}
    for name, _, view in View(after.source, (pair.new.channel,)).entries("parameters"):
        if name in olds:
            old, new = _asserted(olds[name], before), _asserted(view, after)
            for place in changed_places(old, new):
                one, other = old.get(place), new.get(place)
                texts = one.text if one else None, other.text if other else None
                text = f"parameter {name}: {place} {texts[0] or ABSENT} became {texts[1] or ABSENT}"
                node = other.node if other else view.node
                reason = "the values of a topic are no payload"
                detail = f"parameter {name} {place}"
                change = Change(rule_of(place, *texts), text, node, pair.topics, detail, reason=reason)
                yield change.judged()


def _asserted(parameter: View, side: Side) -> Keywords:
    schema = parameter.object("schema")
    return keywords_of(schema.node, side.source, _is_asserting, "schema") if schema is not None else {}


def _is_asserting(key: str, node: Node) -> bool:
    if key == "type" and node.value == "string":  # every value of a parameter is one: AsyncAPI 3 does not write it
        return False
    return key in ASSERTIONS - {"enum", "const", "allOf", "anyOf", "oneOf"} or key == "format"


def _names(
    pair: TopicPair, olds: Mapping[str, Parameter], news: Mapping[str, Parameter], after: Side
) -> Iterator[Finding]:
    """Yield names that are gone or new; the first name that is gone became the first new one, and so on."""
    removed, added = [name for name in olds if name not in news], [name for name in news if name not in olds]
    node = pair.new.channel
    views = {name: view for name, _, view in View(after.source, (node,)).entries("parameters")}
    for old, new in zip(removed, added, strict=False):
        text = f"parameter {old} is called {new} now"
        yield Change("parameter-renamed", text, node, pair.topics, old, group=f"{old} {new}").judged()
        yield from _values(pair, olds[old], news[new], views.get(new))
    for name in removed[len(added) :]:
        yield Change("parameter-removed", f"parameter {name} is gone", node, pair.topics, name).judged()
    for name in added[len(removed) :]:
        yield Change("parameter-added", f"parameter {name} is new", node, pair.topics, name).judged()


def _levels(pair: TopicPair) -> Iterator[Finding]:
    """Yield parameters that are in the level of another one, where the filter is the same."""
    if filter_of(pair.old.address or "") != filter_of(pair.new.address or ""):
        return
    names = [parameter.name for parameter in pair.new.params]
    for at, parameter in enumerate(pair.old.params):
        if parameter.name in names and names.index(parameter.name) != at:
            text = f"parameter {parameter.name} is in another level: the other version reads it as {names[at]}"
            yield Change("parameter-moved", text, pair.new.channel, pair.topics, parameter.name).judged()


def _values(pair: TopicPair, old: Parameter, new: Parameter, view: View | None) -> Iterator[Finding]:
    node, name = _node(pair, view, "enum"), new.name
    if old.enum and not new.enum:
        text = f"parameter {name} may have any value now"
        yield Change("parameter-value-added", text, node, pair.topics, f"{name}:*").judged(source="read")
    elif new.enum and not old.enum:
        text = f"parameter {name} must be one of {', '.join(new.enum)} now"
        yield Change("parameter-value-removed", text, node, pair.topics, f"{name}:*").judged()
    else:
        for value in sorted({*new.enum} - {*old.enum}):
            text = f"parameter {name} has the new value {value}"
            yield Change("parameter-value-added", text, node, pair.topics, f"{name}:{value}").judged()
        for value in sorted({*old.enum} - {*new.enum}):
            text = f"parameter {name} has lost the value {value}; retained and queued topics still have it"
            yield Change("parameter-value-removed", text, node, pair.topics, f"{name}:{value}").judged()
    yield from _default(pair, old, new, view)


def _node(pair: TopicPair, view: View | None, key: str) -> Node:
    """Return where a parameter has a field (in AsyncAPI 2 in its schema), else the parameter, or its channel."""
    if view is None:
        return pair.new.channel
    schema = view.object("schema")
    return view.raw(key) or (schema.raw(key) if schema is not None else None) or view.node


def _default(pair: TopicPair, old: Parameter, new: Parameter, view: View | None) -> Iterator[Finding]:
    if old.default == new.default:
        return
    name, node = new.name, _node(pair, view, "default")
    if new.default is None:
        text = f"parameter {name} has no default any more: publishers must pass a value"
        yield Change("parameter-default-removed", text, node, pair.topics, name).judged()
    elif old.default is None:
        text = f"parameter {name} is {new.default} by default now"
        yield Change("parameter-default-added", text, node, pair.topics, name).judged()
    else:
        text = f"parameter {name} is {new.default} by default now, and was {old.default}"
        yield Change("parameter-default-changed", text, node, pair.topics, name).judged()
