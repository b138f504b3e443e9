"""The AsyncAPI documents of a run to one catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.apis import channels_of, origin_of, service_name
from topicwright_codegen.asyncapi.leniencies import KEY, located_leniencies
from topicwright_codegen.asyncapi.model import Api, Channel, TopicKey
from topicwright_codegen.catalog.addresses import with_usable_address
from topicwright_codegen.catalog.calls import CallCollector, CallDraft
from topicwright_codegen.catalog.domains import Domains, topics_class
from topicwright_codegen.catalog.event_names import name_topics
from topicwright_codegen.catalog.model import Catalog, Topic
from topicwright_codegen.catalog.parameter_classes import ParameterClasses
from topicwright_codegen.catalog.services import ServiceBuilder
from topicwright_codegen.catalog.topic_draft import TopicDraft, check_same_address, collect_topics
from topicwright_codegen.catalog.topics import TopicBuilder
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.fields.message_leniencies import MessageLeniencies
from topicwright_codegen.schemas.json_schema.definitions import Judges
from topicwright_codegen.schemas.lowering import Schemas
from topicwright_codegen.schemas.type_builder import TypeBuilder
from topicwright_codegen.schemas.types import SHARED, Type
from topicwright_codegen.topic_filters import is_literal


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The options of a catalog, besides its documents."""

    package: str
    title: str = ""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    keep_unknown: bool = False
    implied_types: bool = False
    blocking: bool = False

    @property
    def client(self) -> str:
        """The class that has every topic."""
        return naming.class_name(self.package.rpartition(".")[2]) + "Client"

    @property
    def taken(self) -> frozenset[str]:
        """Names in the package that a domain must not have."""
        inside = [alias.removeprefix(f"{self.package}.").split(".")[0] for alias in self.aliases]
        own = ("services", SHARED, "sync") if self.blocking else ("services", SHARED)
        return frozenset((*own, *inside))


def build_catalog(apis: Sequence[Api], source: Source, options: BuildOptions) -> Catalog:
    """Return the catalog of the documents; their problems are in the source's diagnostics."""
    return _Builder(apis, source, options, Domains(apis, source, options.taken)).build()


@dataclass(slots=True)
class _Builder:
    apis: Sequence[Api]
    source: Source
    options: BuildOptions
    domains: Domains
    drafts: dict[TopicKey, TopicDraft] = field(default_factory=dict[TopicKey, TopicDraft])
    calls: dict[Identity, list[CallDraft]] = field(default_factory=dict[Identity, list[CallDraft]])
    """The calls of each operation."""

    def build(self) -> Catalog:
        diagnostics = self.source.diagnostics
        channels = [with_usable_address(channel, diagnostics) for channel in channels_of(self.apis)]
        self.drafts = collect_topics(channels, self.domains.of_channels(channels))
        name_topics(self.drafts.values(), diagnostics)
        collector = self._collect_operations()
        types, judges = self._types()
        topics = self._topics(channels, types)
        classes = ParameterClasses(self.options.package, self._names(topics.values(), types.values()))
        topics = classes.assign(topics)
        topics = _told_apart(topics)
        calls = collector.finish(topics, types)
        services = ServiceBuilder(topics, calls, self.calls, diagnostics).build(self.apis)
        return Catalog(
            package=self.options.package,
            client=self.options.client,
            title=self.options.title or self.options.package,
            origin=origin_of(self.apis, self.source),
            domains=self.domains.build(topics.values(), calls.values(), types.values(), classes, judges),
            services=tuple(services),
            types=tuple(types.values()),
            aliases=dict(self.options.aliases),
            blocking=self.options.blocking,
        )

    def _collect_operations(self) -> CallCollector:
        """Add its operations to each topic, and collect the calls."""
        collector = CallCollector(self.drafts, self.source.diagnostics)
        for api in self.apis:
            for operation in api.operations:
                for key in operation.topic_keys:
                    self.drafts[key].add(service_name(api), operation)
                for key in operation.reply.topic_keys if operation.reply else ():
                    self.drafts[key].add_reply(service_name(api), operation)
                self.calls[operation.node.identity] = collector.add(operation)
        return collector

    def _types(self) -> tuple[dict[int, Type], Judges]:
        schemas, diagnostics = Schemas(self.source, self.options.implied_types), self.source.diagnostics
        users: dict[int, set[str]] = {}
        reserved: dict[str, set[str]] = {}
        for draft in self.drafts.values():
            draft.collect_types(schemas)
            reserved.setdefault(draft.domain, {topics_class(draft.domain)}).update(
                filter(None, (draft.params_class, draft.error_class))
            )
            for type_ in (draft.payload, draft.headers):
                if type_ is not None:
                    users.setdefault(type_.number, set()).add(draft.domain)
        check_same_address(self.drafts.values(), diagnostics)
        builder = TypeBuilder(
            schemas=schemas,
            diagnostics=diagnostics,
            package=self.options.package,
            home=self.domains.of_schema,
            users=users,
            reserved=reserved,
            keep_unknown=self.options.keep_unknown,
        )
        return builder.build(), builder.judges

    def _names(self, topics: Iterable[Topic], types: Iterable[Type]) -> dict[str, set[str]]:
        """Return the names that each domain has."""
        names: dict[str, set[str]] = {SHARED: set()}
        for topic in topics:
            own = {topic.constant, topic.params_name, topics_class(topic.domain)}
            names.setdefault(topic.domain, set()).update(own)
        for type_ in types:
            if type_.symbol is not None:
                names.setdefault(type_.domain, set()).add(type_.symbol.name)
        return names

    def _topics(self, channels: Iterable[Channel], types: Mapping[int, Type]) -> dict[TopicKey, Topic]:
        addresses = [channel.address.value for channel in channels if channel.address is not None]
        literals = frozenset(filter(is_literal, addresses))
        leniencies = MessageLeniencies(types, self.source.diagnostics)
        builder = TopicBuilder(types, literals, self.source.diagnostics, leniencies)
        built = {key: builder.build(draft) for key, draft in self.drafts.items()}
        for api in self.apis:
            leniencies.declare(located_leniencies(api.document.root.get(KEY), self.source.diagnostics))
        leniencies.report_unused()
        return _renamed(built, types.values())


def _told_apart(topics: Mapping[TopicKey, Topic]) -> dict[TopicKey, Topic]:
    """Return the topics; those without an envelope know the others of their address."""
    groups: dict[tuple[str, str], list[Topic]] = {}
    for topic in topics.values():
        if topic.wire == "none" and topic.address is not None:
            groups.setdefault((topic.domain, topic.address), []).append(topic)
    beside = {group: tuple(topic.constant for topic in found) for group, found in groups.items() if len(found) > 1}
    return {
        key: replace(topic, beside=beside.get((topic.domain, topic.address or ""), ()) if topic.wire == "none" else ())
        for key, topic in topics.items()
    }


def _renamed(topics: Mapping[TopicKey, Topic], types: Iterable[Type]) -> dict[TopicKey, Topic]:
    """Return the topics with an underscore behind descriptors that have the name of a model of their domain."""
    taken = {(type_.domain, type_.symbol.name) for type_ in types if type_.symbol is not None}
    return {
        key: replace(topic, constant=f"{topic.constant}_") if (topic.domain, topic.constant) in taken else topic
        for key, topic in topics.items()
    }
