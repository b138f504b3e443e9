"""Which domain a channel or a schema belongs to, and what each domain has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.apis import only_domain, origin_of
from topicwright_codegen.asyncapi.model import Api, Channel, Part
from topicwright_codegen.asyncapi.reading.bundle_parts import domain_of
from topicwright_codegen.catalog.model import Call, Domain, Topic
from topicwright_codegen.catalog.parameter_classes import ParameterClasses
from topicwright_codegen.catalog.services import service_doc
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.json_schema.definitions import Judges
from topicwright_codegen.schemas.types import Type

M = TypeVar("M", Topic, Call, Type)


@dataclass(slots=True)
class Domains:
    """Assigns channels and schemas to domains, and makes the domains."""

    apis: Sequence[Api]
    source: Source
    taken: frozenset[str]
    """Names that no domain can have."""
    homes: dict[str, str] = field(default_factory=dict[str, str])
    """The domain of each file that is one, by its label."""

    def of_channels(self, channels: Sequence[Channel]) -> dict[Identity, str]:
        """Return the domain of each channel: its file; in a catalog of one file, the first word of its address."""
        files = dict.fromkeys(channel.document for channel in channels)
        if len(files) == 1:
            return {
                channel.node.identity: self._module(channel.domain or _only_domain(channel)) for channel in channels
            }
        for document in files:
            self._add_home(document)
        return {channel.node.identity: self._declared_or_home(channel) for channel in channels}

    def _declared_or_home(self, channel: Channel) -> str:
        return self._module(channel.domain) if channel.domain else self.homes[channel.document.label]

    def of_schema(self, node: Node) -> str | None:
        """Return the domain of a schema: in a bundle the one that it declares, else its file where that is one."""
        declared = domain_of(node)
        return self._module(declared) if declared else self.homes.get(node.document.label)

    def _add_home(self, document: Document) -> None:
        domain = self._module(document.path.stem)
        other = next((label for label, name in self.homes.items() if name == domain), None)
        if other is not None:
            message = f"files {other!r} and {document.label!r} both make the domain {domain!r}"
            self.source.diagnostics.error("TW330", message, document.root, "rename one of them")
        self.homes[document.label] = domain

    def _module(self, text: str) -> str:
        return naming.module(text, self.taken)

    def build(
        self,
        topics: Iterable[Topic],
        calls: Iterable[Call],
        types: Iterable[Type],
        parameters: ParameterClasses,
        judges: Judges,
    ) -> tuple[Domain, ...]:
        """Return every domain with its topics, calls, types, parameters, and the schemas that judge its payloads."""
        topics_of, calls_of = _by_domain(topics), _by_domain(calls)
        types_of = _by_domain(type_ for type_ in types if type_.symbol is not None)
        homes = {one.symbol.domain for one in parameters.classes} | {one.symbol.domain for one in parameters.types}
        domains = [
            self._domain(name, topics_of.get(name, ()), calls_of.get(name, ()), types_of.get(name, ()), parameters)
            for name in sorted({*topics_of, *calls_of, *types_of, *homes})
        ]
        return tuple(
            replace(domain, definitions=judges.needed(type_.judge for type_ in domain.types if type_.judge))
            for domain in domains
        )

    def _domain(
        self,
        name: str,
        topics: Iterable[Topic],
        calls: Iterable[Call],
        types: Iterable[Type],
        parameters: ParameterClasses,
    ) -> Domain:
        part = self._part(name)
        return Domain(
            name=name,
            class_name=topics_class(name),
            origin=(part.origin if part else "") or origin_of(self.apis, self.source),
            doc=service_doc(part.title, part.text) if part else "",
            topics=tuple(topics),
            calls=tuple(calls),
            types=tuple(types),
            params=tuple(one for one in parameters.classes if one.symbol.domain == name),
            parameter_types=tuple(one for one in parameters.types if one.symbol.domain == name),
        )

    def _part(self, name: str) -> Part | None:
        """Return title, text and origin of a domain: of the file that is one, or of the part of a bundle."""
        for api in self.apis:
            if self.homes.get(api.document.label) == name:
                return Part(api.title, api.text, api.label)
            for declared, part in api.domains.items():
                if self._module(declared) == name:
                    return part
        return None


def topics_class(domain: str) -> str:
    """Return the name of the client class of a domain."""
    return naming.class_name(f"{domain} topics")


def _by_domain(members: Iterable[M]) -> Mapping[str, Sequence[M]]:
    groups: dict[str, list[M]] = {}
    for member in members:
        groups.setdefault(member.domain, []).append(member)
    return groups


def _only_domain(channel: Channel) -> str:
    address = channel.address.value if channel.address else None
    return only_domain(channel.document.path, address, channel.id)
