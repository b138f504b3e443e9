"""The AsyncAPI documents of a run to one catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.apis import channels_of, origin_of, service_name
from topicwright_codegen.asyncapi.model import Api, Channel, Delivery, Operation, Part
from topicwright_codegen.asyncapi.reading.bundle_parts import domain_of
from topicwright_codegen.catalog import topics
from topicwright_codegen.catalog.addresses import usable
from topicwright_codegen.catalog.calls import CallCollector, CallDraft, CallKey
from topicwright_codegen.catalog.domains import only_domain
from topicwright_codegen.catalog.event_names import name_topics
from topicwright_codegen.catalog.model import Call, Catalog, Domain, Service, Topic
from topicwright_codegen.catalog.services import service_doc, service_settings
from topicwright_codegen.catalog.topic_draft import TopicDraft, TopicKey
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.lowering import Schemas
from topicwright_codegen.schemas.type_builder import TypeBuilder
from topicwright_codegen.schemas.types import SHARED, Type
from topicwright_codegen.topic_filters import is_literal


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told besides its documents."""

    package: str
    title: str = ""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    keep_unknown: bool = False

    @property
    def client(self) -> str:
        """The class that has every topic."""
        return naming.class_name(self.package.rpartition(".")[2]) + "Client"

    @property
    def taken(self) -> frozenset[str]:
        """Names in the package that a domain must not have."""
        inside = [alias.removeprefix(f"{self.package}.").split(".")[0] for alias in self.aliases]
        return frozenset(("services", SHARED, *inside))


def build_catalog(apis: Sequence[Api], source: Source, settings: Settings) -> Catalog:
    """Return the catalog of the documents; what is wrong with them is in the source's diagnostics."""
    return _Builder(apis, source, settings).build()


@dataclass(slots=True)
class _Builder:
    apis: Sequence[Api]
    source: Source
    settings: Settings
    homes: dict[str, str] = field(default_factory=dict[str, str])
    """The domain of each file that is one, by its label."""
    drafts: dict[TopicKey, TopicDraft] = field(default_factory=dict[TopicKey, TopicDraft])
    calls: dict[Identity, list[CallDraft]] = field(default_factory=dict[Identity, list[CallDraft]])
    """The calls of each operation."""

    def build(self) -> Catalog:
        diagnostics = self.source.diagnostics
        channels = [usable(channel, diagnostics) for channel in channels_of(self.apis)]
        self.drafts = topics.collect_topics(channels, self._domains_of(channels))
        name_topics(self.drafts.values(), diagnostics)
        collector = self._collect_operations()
        types = self._types()
        addresses = [channel.address.value for channel in channels if channel.address is not None]
        literals = dict.fromkeys(filter(is_literal, addresses))
        final = {key: topics.finish(draft, types, literals, diagnostics) for key, draft in self.drafts.items()}
        final = _apart(final, types.values())
        calls = collector.finish(final)
        return Catalog(
            package=self.settings.package,
            client=self.settings.client,
            title=self.settings.title or self.settings.package,
            origin=origin_of(self.apis, self.source),
            domains=tuple(self._domains(final.values(), calls.values(), types.values())),
            services=tuple(self._services(final, calls)),
            types=tuple(types.values()),
            aliases=dict(self.settings.aliases),
        )

    def _domains_of(self, channels: list[Channel]) -> dict[Identity, str]:
        """Return the domain of each channel: its file; in a catalog of one file, the first word of its address."""
        files = dict.fromkeys(channel.document for channel in channels)
        if len(files) == 1:
            return {channel.node.identity: self._module(channel.domain or only_domain(channel)) for channel in channels}
        for document in files:
            self._add_home(document)
        homes = {channel.node.identity: self.homes[channel.document.label] for channel in channels}
        said = {channel.node.identity: self._module(channel.domain) for channel in channels if channel.domain}
        return homes | said

    def _add_home(self, document: Document) -> None:
        domain = self._module(document.path.stem)
        other = next((label for label, name in self.homes.items() if name == domain), None)
        if other is not None:
            message = f"files {other!r} and {document.label!r} both make the domain {domain!r}"
            self.source.diagnostics.error("TW330", message, document.root, "rename one of them")
        self.homes[document.label] = domain

    def _module(self, text: str) -> str:
        return naming.module(text, self.settings.taken)

    def _collect_operations(self) -> CallCollector:
        """Note who sends and who receives what; a reply goes the other way."""
        collector = CallCollector(self.drafts, self.source.diagnostics)
        for api in self.apis:
            for operation in api.operations:
                self._note(service_name(api), operation)
                self.calls[operation.node.identity] = collector.add(operation)
        return collector

    def _note(self, service: str, operation: Operation) -> None:
        for draft in self._topics_of(operation):
            (draft.sends if operation.action == "send" else draft.receives).append((service, operation.delivery))
            draft.ends.append((operation.action, operation.deprecation))
        for draft in self._replies_of(operation):
            (draft.receives if operation.action == "send" else draft.sends).append((service, Delivery()))

    def _topics_of(self, operation: Operation) -> list[TopicDraft]:
        return [self.drafts[(operation.channel.node.identity, message.key)] for message in operation.messages]

    def _replies_of(self, operation: Operation) -> list[TopicDraft]:
        reply = operation.reply
        return [self.drafts[(reply.channel.node.identity, message.key)] for message in reply.messages] if reply else []

    def _types(self) -> dict[int, Type]:
        schemas, diagnostics = Schemas(self.source), self.source.diagnostics
        users: dict[int, set[str]] = {}
        reserved: dict[str, set[str]] = {}
        for draft in self.drafts.values():
            topics.collect_types(draft, schemas)
            reserved.setdefault(draft.domain, {_topics_class(draft.domain)}).add(draft.params_class)
            for found in (draft.payload, draft.headers):
                if found is not None:
                    users.setdefault(found.number, set()).add(draft.domain)
        topics.check_same_address(self.drafts.values(), diagnostics)
        return TypeBuilder(
            schemas=schemas,
            diagnostics=diagnostics,
            package=self.settings.package,
            home=self._home,
            users=users,
            reserved=reserved,
            keep_unknown=self.settings.keep_unknown,
        ).build()

    def _home(self, node: Node) -> str | None:
        """Return the domain of a schema: what it says itself in a bundle, else its file where that is one."""
        said = domain_of(node)
        return self._module(said) if said else self.homes.get(node.document.label)

    def _part(self, name: str) -> Part | None:
        """Return what the catalog says of a domain: the file that is one, or the part of a bundle."""
        for api in self.apis:
            if self.homes.get(api.document.label) == name:
                return Part(api.title, api.text, api.label)
            for said, part in api.domains.items():
                if self._module(said) == name:
                    return part
        return None

    def _domains(self, final: Iterable[Topic], calls: Iterable[Call], types: Iterable[Type]) -> Iterable[Domain]:
        all_topics, all_calls = list(final), list(calls)
        named = [type_ for type_ in types if type_.symbol is not None]
        names = {topic.domain for topic in all_topics} | {call.domain for call in all_calls}
        for name in sorted(names | {type_.domain for type_ in named}):
            part = self._part(name)
            yield Domain(
                name=name,
                class_name=_topics_class(name),
                origin=part.origin if part and part.origin else origin_of(self.apis, self.source),
                doc=service_doc(part.title, part.text) if part else "",
                topics=tuple(topic for topic in all_topics if topic.domain == name),
                calls=tuple(call for call in all_calls if call.domain == name),
                types=tuple(type_ for type_ in named if type_.domain == name),
            )

    def _services(self, final: Mapping[TopicKey, Topic], calls: Mapping[CallKey, Call]) -> Iterable[Service]:
        seen: dict[str, Api] = {}
        for api in self.apis:
            if not api.operations:
                continue
            service = self._service(api, final, calls)
            other = seen.setdefault(service.module, api)
            if other is not api:
                message = f"two services are called {service.module!r}"
                root = api.document.root
                self.source.diagnostics.error("TW331", message, root, "rename a file", [other.document.root])
            yield service

    def _service(self, api: Api, final: Mapping[TopicKey, Topic], calls: Mapping[CallKey, Call]) -> Service:
        name, doc = service_name(api), service_doc(api.title, api.text)
        sends = [operation for operation in api.operations if operation.action == "send"]
        receives = [operation for operation in api.operations if operation.action == "receive"]
        out = [topic for op in sends for topic in self._topics_of(op)]
        out += [topic for op in receives for topic in self._replies_of(op)]
        into = [topic for op in receives for topic in self._topics_of(op)]
        into += [topic for op in sends for topic in self._replies_of(op)]
        return Service(
            name=name,
            module=naming.module(name),
            class_name=naming.class_name(name, "Service"),
            origin=api.label,
            doc=(doc or f"The client of {name}.") + service_settings(api) if api.settings else doc,
            publishes=tuple(dict.fromkeys(final[topic.key] for topic in out)),
            receives=tuple(dict.fromkeys(final[topic.key] for topic in into)),
            requests=self._calls_of(sends, calls),
            serves=self._calls_of(receives, calls),
            asked=api.asked,
            will=api.will,
        )

    def _calls_of(self, operations: list[Operation], calls: Mapping[CallKey, Call]) -> tuple[Call, ...]:
        drafts = [draft for operation in operations for draft in self.calls[operation.node.identity]]
        return tuple(dict.fromkeys(calls[draft.key] for draft in drafts))


def _apart(topics: Mapping[TopicKey, Topic], types: Iterable[Type]) -> dict[TopicKey, Topic]:
    """Return the topics with an underscore behind descriptors that have the name of a model of their domain."""
    taken = {(type_.domain, type_.symbol.name) for type_ in types if type_.symbol is not None}
    return {
        key: replace(topic, constant=f"{topic.constant}_") if (topic.domain, topic.constant) in taken else topic
        for key, topic in topics.items()
    }


def _topics_class(domain: str) -> str:
    return naming.class_name(f"{domain} topics")
