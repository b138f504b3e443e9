"""Parameters of an address before and after: their names, levels, values and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from topicwright_codegen.catalog.model import Parameter
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.topic_filters import filter_of


def review_parameters(pair: TopicPair) -> Iterator[Finding]:
    """Yield changes of the parameters."""
    olds = {parameter.name: parameter for parameter in pair.old.params}
    news = {parameter.name: parameter for parameter in pair.new.params}
    yield from _names(pair, olds, news)
    for name in sorted(olds.keys() & news.keys()):
        yield from _values(pair, olds[name], news[name])
    yield from _levels(pair)


def _names(pair: TopicPair, olds: Mapping[str, Parameter], news: Mapping[str, Parameter]) -> Iterator[Finding]:
    """Yield names that are gone or new; the first name that is gone became the first new one, and so on."""
    removed, added = [name for name in olds if name not in news], [name for name in news if name not in olds]
    node = pair.new.channel
    for old, new in zip(removed, added, strict=False):
        yield Change("parameter-renamed", f"parameter {old} is called {new} now", node, pair.topics, old).judged()
        yield from _values(pair, olds[old], news[new])
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


def _values(pair: TopicPair, old: Parameter, new: Parameter) -> Iterator[Finding]:
    node, name = pair.new.channel, new.name
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
    yield from _default(pair, old, new)


def _default(pair: TopicPair, old: Parameter, new: Parameter) -> Iterator[Finding]:
    if old.default == new.default:
        return
    name, node = new.name, pair.new.channel
    if new.default is None:
        text = f"parameter {name} has no default any more: publishers must pass a value"
        yield Change("parameter-default-removed", text, node, pair.topics, name).judged()
    elif old.default is None:
        text = f"parameter {name} is {new.default} by default now"
        yield Change("parameter-default-added", text, node, pair.topics, name).judged()
    else:
        text = f"parameter {name} is {new.default} by default now, and was {old.default}"
        yield Change("parameter-default-changed", text, node, pair.topics, name).judged()
