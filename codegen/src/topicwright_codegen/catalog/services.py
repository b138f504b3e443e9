"""The topics that each service sends and receives, and the calls that it requests and serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.apis import service_name
from topicwright_codegen.asyncapi.model import Api, Operation, TopicKey
from topicwright_codegen.catalog.calls import CallDraft, CallKey
from topicwright_codegen.catalog.model import Call, Service, Topic
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity


@dataclass(frozen=True, slots=True)
class ServiceBuilder:
    """Makes the services of a catalog from its final topics and calls."""

    topics: Mapping[TopicKey, Topic]
    calls: Mapping[CallKey, Call]
    drafts: Mapping[Identity, list[CallDraft]]
    """The calls of each operation."""
    diagnostics: Diagnostics

    def build(self, apis: Iterable[Api]) -> Iterator[Service]:
        """Yield the service of each document with operations."""
        seen: dict[str, Api] = {}
        for api in apis:
            if not api.operations:
                continue
            service = self._service(api)
            other = seen.setdefault(service.module, api)
            if other is not api:
                message = f"two services are called {service.module!r}"
                root = api.document.root
                self.diagnostics.error("TW331", message, root, "rename a file", [other.document.root])
            yield service

    def _service(self, api: Api) -> Service:
        name = service_name(api)
        sends = [operation for operation in api.operations if operation.action == "send"]
        receives = [operation for operation in api.operations if operation.action == "receive"]
        return Service(
            name=name,
            module=naming.module(name),
            class_name=naming.class_name(name, "Service"),
            origin=api.label,
            doc=_doc(api, name),
            publishes=self._topics(sends, answered=receives),
            receives=self._topics(receives, answered=sends),
            requests=self._calls(sends),
            serves=self._calls(receives),
            asked=api.asked,
            will=api.will,
        )

    def _topics(self, operations: Iterable[Operation], answered: Iterable[Operation]) -> tuple[Topic, ...]:
        """Return the topics of operations, and of the replies to others, which go in the same direction."""
        keys = [key for operation in operations for key in operation.topic_keys]
        keys += [key for operation in answered if operation.reply for key in operation.reply.topic_keys]
        return tuple(dict.fromkeys(self.topics[key] for key in keys))

    def _calls(self, operations: Iterable[Operation]) -> tuple[Call, ...]:
        drafts = [draft for operation in operations for draft in self.drafts[operation.node.identity]]
        return tuple(dict.fromkeys(self.calls[draft.key] for draft in drafts))


def _doc(api: Api, name: str) -> str:
    """Return the docstring of a service, with the settings that its document asks for."""
    doc = service_doc(api.title, api.text)
    if not api.settings:
        return doc
    settings = ", ".join(f"``{setting}``" for setting in api.settings)
    return f"{doc or f'The client of {name}.'} Its document asks for {settings}."


def service_doc(title: str, text: str) -> str:
    """Return the docstring of a service or a domain: its description, else its title."""
    return text or (f"{title}." if title else "")
