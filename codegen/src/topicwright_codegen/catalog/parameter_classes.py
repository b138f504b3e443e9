"""The named types of topic parameters, and their classes: one for equal sets, where all that use it find it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.model import TopicKey
from topicwright_codegen.catalog.model import Parameter, ParameterType, ParamsClass, Topic
from topicwright_codegen.schemas.types import SHARED, Symbol

_Values: TypeAlias = tuple[str, tuple[str, ...]]
"""A parameter's name and its values; parameters with equal ones have one type."""


@dataclass(slots=True)
class ParameterClasses:
    """Names the types of parameters, the classes of parameters, and the aliases of events."""

    package: str
    taken: Mapping[str, set[str]]
    """The names that each domain has already."""
    types: list[ParameterType] = field(default_factory=list[ParameterType])
    classes: list[ParamsClass] = field(default_factory=list[ParamsClass])

    def assign(self, topics: Mapping[TopicKey, Topic]) -> dict[TopicKey, Topic]:
        """Return the topics with the types and classes of their parameters, and with the aliases of their events."""
        listed = list(topics.values())
        symbols = self._name_types(listed)
        named = [
            replace(topic, params=tuple(_typed(param, symbols) for param in topic.params)) if topic.params else topic
            for topic in listed
        ]
        classes = self._name_classes(named)
        made = [self._with_names(topic, classes) for topic in named]
        return dict(zip(topics, made, strict=True))

    def _name_types(self, topics: Sequence[Topic]) -> dict[_Values, Symbol]:
        """Name the types of the parameters that have a list of values: after the parameter, where that is enough."""
        users: dict[_Values, list[Topic]] = {}
        first: dict[_Values, Parameter] = {}
        for topic in topics:
            for param in topic.params:
                if param.enum:
                    users.setdefault(_values(param), []).append(topic)
                    first.setdefault(_values(param), param)
        possible = [_possible(param, users[values]) for values, param in first.items()]
        chosen = _with_first(naming.distinct(possible), possible)
        symbols: dict[_Values, Symbol] = {}
        for (values, param), name in zip(first.items(), chosen, strict=True):
            text = name or naming.with_digits(param.name, "\n".join(param.enum))
            symbol = self._symbol(naming.class_name(text), users[values], "Parameter")
            symbols[values] = symbol
            self.types.append(ParameterType(symbol, param.enum, param.doc))
        return symbols

    def _name_classes(self, topics: Iterable[Topic]) -> dict[tuple[_Values, ...], Symbol]:
        """Name the classes of parameters: that of one event after it, that of several after the parameters."""
        users: dict[tuple[_Values, ...], list[Topic]] = {}
        for topic in topics:
            if topic.params:
                users.setdefault(_set(topic), []).append(topic)
        symbols: dict[tuple[_Values, ...], Symbol] = {}
        for values, using in users.items():
            first, domains = using[0], {topic.domain for topic in using}
            name = naming.class_name(" ".join((*(name for name, _ in values), "params")))
            if len(using) == 1:
                name = first.params_name
            if len(domains) == 1 and any(name == topic.params_name for topic in using):
                symbol = Symbol(f"{self.package}.{first.domain}.topics", name)
            else:
                symbol = self._symbol(name, using, "of address")
            symbols[values] = symbol
            addresses = tuple(topic.address or "" for topic in using)
            self.classes.append(ParamsClass(symbol, first.params, tuple(dict.fromkeys(addresses))))
        return symbols

    def _symbol(self, name: str, users: Iterable[Topic], end: str) -> Symbol:
        """Return a free name in the domain of the users; in the shared one where they are in several."""
        domains = {topic.domain for topic in users}
        domain = next(iter(domains)) if len(domains) == 1 else SHARED
        # The shared calls need the topics of the domains, and these the shared parameters: that is no circle so.
        module = "params" if domain == SHARED else "topics"
        return Symbol(f"{self.package}.{domain}.{module}", self._free(name, domain, end))

    def _free(self, name: str, domain: str, end: str) -> str:
        taken = self.taken.get(domain, set[str]())
        name = naming.class_name(f"{name} {end}") if name in taken else name
        while name in taken:
            name += "_"
        taken.add(name)
        return name

    def _with_names(self, topic: Topic, classes: Mapping[tuple[_Values, ...], Symbol]) -> Topic:
        symbol = classes[_set(topic)] if topic.params else None
        alias = self._free(_event_alias(topic.suffix), topic.domain, "event") if topic.receivable else ""
        return replace(topic, params_class=symbol, event_alias=alias)


def _with_first(chosen: Sequence[str], possible: Sequence[Sequence[str]]) -> list[str]:
    """Return the names, with the best one of a type for the only one that wants it still."""
    left = Counter(names[0] for name, names in zip(chosen, possible, strict=True) if names and not name)
    return [
        name or (names[0] if names and left[names[0]] == 1 else "")
        for name, names in zip(chosen, possible, strict=True)
    ]


def _event_alias(suffix: str) -> str:
    """Return the name of an event's alias: ``DoorOpenedEvent`` for ``door_opened``, and for ``door_opened_event``."""
    is_named = suffix.endswith("_event") and suffix != "_event"
    return naming.class_name(suffix if is_named else f"{suffix} event")


def _values(param: Parameter) -> _Values:
    return param.name, param.enum


def _set(topic: Topic) -> tuple[_Values, ...]:
    return tuple(map(_values, topic.params))


def _typed(param: Parameter, symbols: Mapping[_Values, Symbol]) -> Parameter:
    return replace(param, type=symbols.get(_values(param)))


def _possible(param: Parameter, users: Sequence[Topic]) -> list[str]:
    """Return what a type can be called after: its parameter, its component, or its channel and the parameter."""
    names = [param.name, param.component]
    if len({topic.key[0] for topic in users}) == 1:
        names.append(f"{users[0].channel_id} {param.name}")
    return [name for name in dict.fromkeys(names) if naming.words(name)]
